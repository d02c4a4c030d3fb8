package io.github.hibernateredis.integration.races;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hibernateredis.integration.Application;
import io.github.hibernateredis.integration.Cable;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.RedisServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.hibernate.Session;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Redis stops answering, or cannot be reached. */
class OutageIT {

    /**
     * The heartbeat comes about once a second; the client may need another one to notice that its connections are
     * broken.
     */
    private static final Duration PULSES = Duration.ofSeconds(3);

    private RedisServer redis;

    @BeforeEach
    void start() {
        redis = RedisServer.start();
    }

    @AfterEach
    void stop() {
        redis.close();
    }

    /** When Redis continues, it may read requests in another order than they were sent: a lock after its unlock. */
    private Library open(String name) {
        return open(name, "available");
    }

    private Library open(String name, String policy) {
        return open(name, policy, redis.url());
    }

    private static Library open(String name, String policy, String url) {
        return Library.open(describe(name, policy, url), Library.url(name));
    }

    private static Application.Builder describe(String name, String policy, String url) {
        return Library.describe(name)
                .set("hibernate.cache.redis.outage_policy", policy)
                .set("hibernate.cache.redis.url", url)
                .set("hibernate.cache.redis.timeout", "200ms")
                .set("hibernate.cache.redis.lock_timeout", "1s");
    }

    @Test
    void aWriteThatRedisDoesNotConfirmIsNotForgotten() {
        try (Library library = open("outage-write")) {
            library.reset();
            Library.seenBy(library.one);
            Library.seenBy(library.two);
            redis.pause();
            long begin = System.nanoTime();
            library.one.transact(session -> session.find(Book.class, 1L).title = "new");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
            assertThat(Library.title(library.one)).containsExactly("new");
            redis.resume();
            // The instance that wrote bypasses Redis until it has cleared the region there.
            assertThat(Library.title(library.one)).containsExactly("new");
            eventually(() -> library.one.isCached(() -> Library.title(library.one)));
            library.assertNothingStale();
            library.assertCached();
        }
    }

    @Test
    void aBulkUpdateThatRedisDoesNotConfirmIsNotForgotten() {
        try (Library library = open("outage-bulk")) {
            library.reset();
            Library.seenBy(library.one);
            Library.seenBy(library.two);
            redis.pause();
            library.one.transact(session -> session.createMutationQuery("update Book set title = 'new', code = 'B'")
                    .executeUpdate());
            redis.resume();
            assertThat(Library.title(library.one)).containsExactly("new");
            assertThat(library.one.inTransaction(Library::titles)).containsExactly("new");
            eventually(() -> library.one.isCached(() -> Library.title(library.one)));
            eventually(() -> library.one.isCached(() -> library.one.inTransaction(Library::titles)));
            library.assertNothingStale();
            library.assertCached();
        }
    }

    /** The outage begins between the lock and the commit. */
    @Test
    void anUnlockThatRedisDoesNotConfirmIsNotForgotten() {
        try (Library library = open("outage-unlock")) {
            library.reset();
            Library.seenBy(library.two);
            library.one.transact(session -> {
                session.find(Book.class, 1L).title = "new";
                session.flush();
                redis.pause();
            });
            redis.resume();
            assertThat(Library.title(library.one)).containsExactly("new");
            eventually(() -> library.one.isCached(() -> Library.title(library.one)));
            library.assertNothingStale();
            library.assertCached();
        }
    }

    @Test
    void readsAndWritesGoOnWithoutRedis() {
        try (Library library = open("outage-kill")) {
            library.reset();
            redis.kill();
            library.assertNothingStale();
            library.one.transact(session -> session.find(Book.class, 1L).title = "new");
            library.assertNothingStale();
            redis.restart();
            eventually(() -> library.one.isCached(() -> Library.title(library.one)));
            library.assertNothingStale();
        }
    }

    @Test
    void anApplicationStartsWithoutRedisAndUsesItWhenItComes() {
        redis.kill();
        try (Library library = open("outage-start")) {
            library.reset();
            library.assertNothingStale();
            redis.restart();
            eventually(() -> library.one.isCached(() -> Library.title(library.one)));
            eventually(() -> library.two.isCached(() -> Library.title(library.two)));
            library.assertNothingStale();
        }
    }

    /** After a restart nothing in Redis is used; new entries are current. */
    @Test
    void aSnapshotThatIsOlderThanAWriteIsNotUsedForLong() throws Exception {
        try (Library library = open("outage-snapshot")) {
            library.reset();
            Library.seenBy(library.one);
            Library.seenBy(library.two);
            try (RedisCommands commands = redis.connect()) {
                commands.call("SAVE");
            }
            library.one.transact(session -> session.find(Book.class, 1L).title = "new");
            library.two.transact(session ->
                    session.createMutationQuery("update Book set code = 'B'").executeUpdate());
            redis.restart();
            Thread.sleep(PULSES.toMillis());
            library.assertNothingStale();
            eventually(() -> library.one.isCached(() -> Library.title(library.one)));
            eventually(() -> library.two.isCached(() -> Library.title(library.two)));
            library.assertNothingStale();
        }
    }

    /** Redis evicts nothing by default. */
    @Test
    void aFullServerTakesInvalidationsAndNoValues() {
        try (RedisCommands commands = redis.connect();
                Library library = open("outage-full")) {
            library.reset();
            Library.seenBy(library.one);
            Library.seenBy(library.two);
            commands.call("CONFIG", "SET", "maxmemory", 1);
            library.one.transact(session -> session.find(Book.class, 1L).title = "entity");
            library.assertNothingStale();
            library.one.transact(session -> session.createMutationQuery("update Book set title = 'bulk', code = 'B'")
                    .executeUpdate());
            library.assertNothingStale();
            library.sql("update Chapter set title = 'other'");
            library.one.factory().getCache().evictAllRegions();
            library.assertNothingStale();
            assertThat(library.two.isCached(() -> Library.title(library.two))).isFalse();
            commands.call("CONFIG", "SET", "maxmemory", 0);
            library.assertNothingStale();
            library.assertCached();
        }
    }

    private static final Map<String, Consumer<Session>> WRITES = Map.of(
            "update",
            session -> session.find(Book.class, 1L).title = "never",
            "delete",
            session -> session.remove(
                    session.createQuery("from Chapter", Chapter.class).getSingleResult()),
            "change of a collection",
            session -> session.find(Book.class, 1L).chapters.add(new Chapter(session.find(Book.class, 1L), "never")),
            "insert that cached queries would show",
            session -> session.persist(new Book(2L, "C", "never")),
            "bulk update",
            session -> session.createMutationQuery("update Book set title = 'never'")
                    .executeUpdate(),
            "native update",
            session -> session.createNativeMutationQuery("update Book set title = 'never'")
                    .executeUpdate());

    static Set<String> writes() {
        return WRITES.keySet();
    }

    @ParameterizedTest
    @MethodSource("writes")
    void withOutagePolicyConsistentNothingIsCommittedUnlessRedisConfirms(String write) {
        try (Library library = open("outage-consistent", "consistent")) {
            library.reset();
            Library.seenBy(library.one);
            Library.seenBy(library.two);
            String before = library.database();
            redis.pause();
            assertThatThrownBy(() -> library.one.transact(WRITES.get(write)))
                    .hasStackTraceContaining("outage_policy is consistent");
            assertThat(library.database()).isEqualTo(before);
            library.assertNothingStale();
            redis.resume();
            library.assertNothingStale();
            eventually(() -> library.one.isCached(() -> Library.title(library.one)));
            library.one.transact(session -> session.find(Book.class, 1L).title = "new");
            library.assertNothingStale();
            library.assertCached();
        }
    }

    /** The outage begins between the lock and the commit: the lock may or may not be in place. */
    @Test
    void aLockThatCannotBeRenewedIsNoLock() throws Exception {
        try (Library library = open("outage-consistent-renewal", "consistent")) {
            library.reset();
            assertThatThrownBy(() -> library.one.transact(session -> {
                        session.find(Book.class, 1L).title = "never";
                        session.flush();
                        sleep(Duration.ofMillis(400)); // more than a third of the lock's lease
                        redis.pause();
                    }))
                    .hasStackTraceContaining("outage_policy is consistent");
            redis.resume();
            library.assertNothingStale();
        }
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The first request to a silent Redis waits, once. After that no thread waits for long, and soon everything is
     * cached again.
     */
    @ParameterizedTest
    @EnumSource
    void readsHardlyWaitForARedisThatIsAway(Away away) {
        redis.close();
        redis = away.start();
        try (Library library = open("outage-latency")) {
            library.reset();
            library.assertCached();
            Runnable end = away.begin(redis);
            Duration first = timeOfAFind(library);
            assertThat(first).isLessThan(Duration.ofMillis(1500));
            assertHardlyAnyWait(library);
            end.run();
            eventually(() -> library.one.isCached(() -> Library.title(library.one)));
            library.assertNothingStale();
        }
    }

    private static void assertHardlyAnyWait(Library library) {
        List<Duration> times = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            times.add(timeOfAFind(library));
        }
        times.sort(null);
        assertThat(times.get(297)).isLessThan(Duration.ofMillis(100));
    }

    private static Duration timeOfAFind(Library library) {
        long begin = System.nanoTime();
        assertThat(Library.title(library.one)).containsExactly("old");
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /**
     * Other instances see a write meanwhile as well: from the database, because a Redis that refuses writes is
     * bypassed.
     */
    @ParameterizedTest
    @EnumSource
    void aWriteDuringAnOutageIsSeenByAllWithinAHeartbeat(Away away) {
        redis.close();
        redis = away.start();
        try (Library library = open("outage-write-" + away)) {
            library.reset();
            library.assertCached();
            Runnable end = away.begin(redis);
            library.one.transact(session -> {
                Book book = session.find(Book.class, 1L);
                book.title = "new";
                book.chapters.add(new Chapter(book, "second"));
                book.chapters.forEach(session::persist);
            });
            assertThat(Library.title(library.one)).containsExactly("new");
            within(PULSES, () -> Library.seenBy(library.two).equals(library.database()));
            library.assertNothingStale();
            end.run();
            eventually(() -> library.one.isCached(() -> Library.title(library.one)));
            eventually(() -> library.two.isCached(() -> Library.title(library.two)));
            library.assertNothingStale();
            library.assertCached();
        }
    }

    /**
     * Answers arrive, so this is not an outage: no thread waits longer than the timeouts, and the cache is used as soon
     * as Redis is fast again.
     */
    @Test
    void nobodyWaitsForLongForARedisThatIsSlow() throws IOException {
        try (Cable cable = Cable.to(redis.port());
                Library library = open("outage-slow", "available", cable.url())) {
            library.reset();
            library.assertCached();
            cable.slow(Duration.ofMillis(150));
            for (int i = 0; i < 40; i++) {
                assertThat(timeOfAFind(library)).isLessThan(Duration.ofMillis(1500));
            }
            cable.slow(Duration.ZERO);
            eventually(() -> library.one.isCached(() -> Library.title(library.one)));
            library.assertNothingStale();
            library.assertCached();
        }
    }

    /** The client retries lost connections less and less often; the heartbeat requests new ones. */
    @Test
    void afterALongOutageThereAreHitsAgainAsSoonAsAfterAShortOne() throws Exception {
        try (Library library = open("outage-long")) {
            library.reset();
            library.assertCached();
            redis.kill();
            Thread.sleep(10_000);
            redis.restart();
            within(PULSES.multipliedBy(2), () -> library.one.isCached(() -> Library.title(library.one)));
            library.assertNothingStale();
        }
    }

    /** Not the server is lost, but connections to it, for instance because a firewall has dropped them. */
    @Test
    void connectionsThatAreSilentAreNotUsedForLong() throws Exception {
        try (Cable cable = Cable.to(redis.port());
                Library library = open("outage-half", "available", cable.url())) {
            library.reset();
            library.assertCached();
            cable.silenceHalf();
            within(Duration.ofSeconds(20), () -> {
                for (int i = 0; i < 100; i++) {
                    if (!library.one.isCached(() -> Library.title(library.one))) {
                        return false;
                    }
                }
                return true;
            });
            library.assertNothingStale();
        }
    }

    /** How one instance, and only that one, is disconnected from Redis. */
    private enum Cut {
        RESET(Cable::cut),
        SILENCE(Cable::silence),
        DEAFNESS(Cable::deafen);

        final Consumer<Cable> begin;

        Cut(Consumer<Cable> begin) {
            this.begin = begin;
        }
    }

    /** The one case that the protocol allows: until then, other instances may read the earlier state. */
    @ParameterizedTest
    @EnumSource
    void whatANodeWritesThatIsCutOffOthersSeeWhenItIsBack(Cut cut) throws IOException {
        try (Cable cable = Cable.to(redis.port());
                Library library = openBehind(cable, "available")) {
            library.reset();
            library.assertCached();
            cut.begin.accept(cable);
            library.one.transact(session -> session.find(Book.class, 1L).title = "new");
            assertThat(Library.title(library.one)).containsExactly("new");
            cable.restoreWithLoss();
            within(PULSES, () -> Library.seenBy(library.two).equals(library.database()));
            library.assertNothingStale();
            eventually(() -> library.one.isCached(() -> Library.title(library.one)));
            library.assertNothingStale();
            library.assertCached();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whereItIsAskedForANodeThatIsCutOffCommitsNothingThatOthersCouldMiss(Cut cut) throws IOException {
        try (Cable cable = Cable.to(redis.port());
                Library library = openBehind(cable, "consistent")) {
            library.reset();
            library.assertCached();
            cut.begin.accept(cable);
            assertThatThrownBy(() -> library.one.transact(session -> session.find(Book.class, 1L).title = "never"))
                    .hasStackTraceContaining("outage_policy is consistent");
            library.assertNothingStale();
            library.two.transact(session -> session.find(Book.class, 1L).title = "new");
            library.assertNothingStale();
            cable.restoreWithLoss();
            eventually(() -> library.one.isCached(() -> Library.title(library.one)));
            library.assertNothingStale();
            library.assertCached();
        }
    }

    /** The first of the two instances reaches Redis through the cable. */
    private Library openBehind(Cable cable, String policy) {
        String name = "outage-cut-" + policy;
        return Library.open(
                describe(name, policy, cable.url()), describe(name, policy, redis.url()), Library.url(name));
    }

    private static void within(Duration time, BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(time);
        }
    }

    /** Polls the condition: it becomes true with a heartbeat, or with a reconnect of the client. */
    static void eventually(BooleanSupplier condition) {
        within(Duration.ofSeconds(60), condition);
    }
}
