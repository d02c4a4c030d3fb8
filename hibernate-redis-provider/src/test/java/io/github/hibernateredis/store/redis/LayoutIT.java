package io.github.hibernateredis.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.store.RegionFixture;
import io.github.hibernateredis.store.RegionProgram;
import io.github.hibernateredis.store.RegionProgram.Omission;
import io.github.hibernateredis.store.RegionProgram.Scenario;
import io.github.hibernateredis.store.RegionProgram.Violation;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.TestClock;
import io.github.hibernateredis.testing.LoggedLines;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that are configured for different numbers of segments see each other's writes all the same. */
final class LayoutIT {

    private static final RedisCommands REDIS = SharedRedis.connect();
    private static final int MOST = 4;
    private static final List<String> KEYS = List.of("1", "2", "3", "4", "5", "6");

    private final TestClock clock = new TestClock();
    private final RedisConnection connection = new RedisConnection(RedissonOfTests::client);
    private final RedisRegion region = new RedisRegion(clock, connection, key -> REDIS, MOST);

    @AfterEach
    void forget() {
        region.close();
    }

    private RegionStore start(int segments) {
        RegionStore node = region.newNode(connection, segments);
        node.pulse(List.of()).join();
        return node;
    }

    private void store(RegionStore node, String value) {
        for (String key : KEYS) {
            node.lock(key, "lock", clock.moment()).join();
            node.unlock(key, "lock", value.getBytes(UTF_8)).join();
            // The first one may not have heard of what was there before.
            node.lock(key, "lock", clock.moment()).join();
            assertThat(node.unlock(key, "lock", value.getBytes(UTF_8)).join()).isTrue();
        }
    }

    private static void assertSeen(RegionStore node, @Nullable String value) {
        for (String key : KEYS) {
            byte @Nullable [] seen = node.get(key).join();
            assertThat(seen == null ? null : new String(seen, UTF_8)).isEqualTo(value);
        }
        assertThat(node.getAll(Set.copyOf(KEYS)).join()).hasSize(value == null ? 0 : KEYS.size());
    }

    @ParameterizedTest
    @CsvSource({"1, 4", "4, 1", "2, 4", "4, 3", "4, 4", "1, 1"})
    void aWriteByEitherIsSeenByBoth(int first, int second) {
        RegionStore one = start(first);
        store(one, "old");
        RegionStore two = start(second);
        assertSeen(one, first == second ? "old" : null);
        one.pulse(List.of()).join();
        store(two, "new");
        assertThat(one.put("1", "old".getBytes(UTF_8), clock.moment()).join()).isFalse();
        assertSeen(one, "new");
        store(one, "newest");
        assertSeen(two, "newest");
        two.clear().join();
        assertSeen(one, null);
    }

    @Test
    void whoIsRefusedGoesOnWhereTheOthersAre() {
        RegionStore one = start(2);
        RegionStore two = start(4);
        store(two, "old");
        store(one, "value");
        assertSeen(two, "value");
    }

    @Test
    void aNodeThatRestartsDecidesAgainAndOneThatRunsDoesNot() {
        RegionStore one = start(2);
        RegionStore two = start(4);
        one.pulse(List.of()).join();
        two.pulse(List.of()).join();
        assertThat(segmentsInRedis()).isEqualTo("4");
        start(2);
        two.pulse(List.of()).join();
        assertThat(segmentsInRedis()).isEqualTo("2");
    }

    private @Nullable String segmentsInRedis() {
        return REDIS.string("HGET", region.layout(), "n");
    }

    @Test
    void aRegionOfOneSegmentNeedsNoAgreement() {
        RegionStore one = start(1);
        store(one, "value");
        REDIS.call("DEL", region.layout());
        one.pulse(List.of()).join();
        assertSeen(one, "value");
        assertThat(REDIS.number("EXISTS", region.layout())).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 9, ''",
        "-1, 9, ''",
        "200000, 9, ''",
        "2000000000, 9, ''",
        "1.5, 9, ''",
        "many, 9, ''",
        "4, -1, ''",
        "4, 1e18, ''",
        "4, 9, 99999",
        "4, 9, ';'"
    })
    void whatSomebodyElseWroteIsNoAgreement(String segments, String generation, String former) {
        RegionStore one = start(2);
        REDIS.call("HSET", region.layout(), "n", segments, "g", generation, "p", former);
        one.pulse(List.of()).join();
        assertThat(segmentsInRedis()).isEqualTo("2");
        store(one, "value");
        assertSeen(start(2), "value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9.0", "9.2000", "9.99999999999", "99999999999999999999.2", "1.x"})
    void anIncarnationThatSomebodyElseWroteIsNotFollowed(String layout) {
        RegionStore one = start(2);
        store(one, "value");
        for (int segment = 0; segment < 2; segment++) {
            REDIS.call("HSET", region.guards(segment, 2), "s", "1:" + layout + "-abc");
        }
        one.pulse(List.of()).join();
        assertSeen(one, null);
        store(one, "value");
        assertSeen(one, "value");
        assertThat(segmentsInRedis()).isEqualTo("2");
    }

    @Test
    void oneLineTellsOfAnotherSetting() {
        try (LoggedLines log = new LoggedLines()) {
            RegionStore one = start(2);
            start(4);
            for (int i = 0; i < 3; i++) {
                one.pulse(List.of()).join();
            }
            assertThat(log.warnings()).singleElement().asString().contains("2 segments", "for 4");
        }
    }

    @Test
    void anAgreementThatIsLostIsKept() {
        RegionStore one = start(4);
        store(one, "value");
        REDIS.call("DEL", region.layout());
        one.pulse(List.of()).join();
        assertThat(segmentsInRedis()).isEqualTo("4");
        assertSeen(one, "value");
        assertSeen(start(4), "value");
    }

    /** It asks before it begins. */
    @Test
    void aNodeThatBeginsWithOneSegmentMeetsTheOthersThoughWhatKeepsItOutIsLost() {
        RegionStore one = start(4);
        REDIS.call("DEL", region.guards(), region.data());
        RegionStore two = start(1);
        store(two, "value");
        one.pulse(List.of()).join();
        store(one, "new");
        assertSeen(two, "new");
        assertThat(segmentsInRedis()).isEqualTo("1");
    }

    /** It is kept out of segments that are in use, and learns there how many there are. */
    @ParameterizedTest
    @CsvSource({"4, 1", "4, 2", "2, 4", "4, 4"})
    void aNodeThatBeginsAfterTheAgreementWasLostMeetsTheOthers(int first, int second) {
        RegionStore one = start(first);
        store(one, "old");
        REDIS.call("DEL", region.layout());
        RegionStore two = start(second);
        store(two, "new");
        // Whatever segment the first one would have looked in.
        for (String key : KEYS) {
            byte @Nullable [] seen = one.get(key).join();
            assertThat(seen == null ? null : new String(seen, UTF_8)).isNotEqualTo("old");
        }
        store(one, "newest");
        assertSeen(two, "newest");
    }

    /** What keeps nodes out that begin with one segment is lost, too: what they wrote elsewhere until then is made up for. */
    @Test
    void aNodeThatHasMissedTheAgreementMeetsTheOthersAtTheirNextPulse() {
        RegionStore one = start(4);
        store(one, "old");
        REDIS.call("DEL", region.layout(), region.guards(), region.data());
        RegionStore two = start(1);
        store(two, "value");
        one.pulse(List.of()).join();
        assertSeen(two, null);
        two.pulse(List.of()).join();
        assertSeen(one, null);
        store(one, "new");
        assertSeen(two, "new");
    }

    /** It may die between its commit and the unlock, which would meet the others. */
    @Test
    void whatANodeHasLockedThatHasMissedTheAgreementIsNotStoredByTheOthers() {
        RegionStore two = start(1);
        RegionStore one = start(4);
        REDIS.call("DEL", region.guards(), region.data());
        for (String key : KEYS) {
            two.lock(key, "dying", clock.moment()).join();
        }
        long read = clock.moment();
        one.pulse(List.of()).join();
        for (String key : KEYS) {
            assertThat(one.put(key, "old".getBytes(UTF_8), read).join()).isFalse();
        }
    }

    /** One that has forgotten more than the others decides for something newer than they know. */
    @Test
    void aNodeThatBeginsWithAnotherNumberAfterALossMeetsTheOthersAtTheirNextPulse() {
        start(2);
        start(3);
        RegionStore one = start(4);
        REDIS.keys("test:{" + region.node(0).name() + "*").forEach(key -> REDIS.call("DEL", key));
        RegionStore two = start(2);
        store(two, "value");
        one.pulse(List.of()).join();
        two.pulse(List.of()).join();
        store(one, "new");
        assertSeen(two, "new");
        store(two, "newest");
        assertSeen(one, "newest");
    }

    /** As a replica that took over may have missed the last one. */
    @Test
    void twoDecisionsOfTheSameNumberAreFollowedByAThird() {
        start(2);
        Map<String, String> before = REDIS.map("HGETALL", region.layout());
        RegionStore one = start(4);
        store(one, "old");
        before.forEach((field, value) -> REDIS.call("HSET", region.layout(), field, value));
        RegionStore two = start(3);
        store(two, "new");
        for (String key : KEYS) {
            byte @Nullable [] seen = one.get(key).join();
            assertThat(seen == null ? null : new String(seen, UTF_8)).isNotEqualTo("old");
        }
        store(one, "newest");
        assertSeen(two, "newest");
        assertThat(REDIS.string("HGET", region.layout(), "g")).isEqualTo("3");
    }

    /** The writer of a row dies between its commit and its unlock, and its lock was in a segment that is in use no more. */
    @ParameterizedTest
    @CsvSource({"4, 1", "1, 4", "2, 4", "4, 3"})
    void nothingIsStoredWhileSomebodyMayHoldALockOfAFormerLayout(int first, int second) {
        assertThat(loadsStoredAfterTheDeathOfAWriter(connection, first, second)).isZero();
    }

    private int loadsStoredAfterTheDeathOfAWriter(RedisConnection connection, int first, int second) {
        RegionStore one = region.newNode(connection, first);
        one.pulse(List.of()).join();
        for (String key : KEYS) {
            one.lock(key, "dying", clock.moment()).join();
        }
        RegionStore two = region.newNode(connection, second);
        two.pulse(List.of()).join();
        long read = clock.moment();
        int stored = 0;
        for (String key : KEYS) {
            stored += two.put(key, "old".getBytes(UTF_8), read).join() ? 1 : 0;
        }
        region.ageLocks(RegionFixture.LEASE, id -> true);
        for (String key : KEYS) {
            stored += two.put(key, "old".getBytes(UTF_8), read).join() ? 1 : 0;
        }
        two.pulse(List.of()).join();
        store(two, "new");
        assertSeen(two, "new");
        return stored;
    }

    enum Guard {
        LOCKS_OF_FORMER_LAYOUTS_KEEP_PUTS_OUT("if last > time then", "if false then"),
        THEY_DO_IN_ALL_SEGMENTS("if tonumber(ARGV[3]) > 0 then\n  last", "if false then\n  last");

        private final Edits edits;

        Guard(String line, String by) {
            edits = Edits.none().replacing(line, by);
        }
    }

    @ParameterizedTest
    @EnumSource
    void withoutTheGuardSomeLoadIsStored(Guard guard) {
        RedisConnection careless = new RedisConnection(RedissonOfTests::client, guard.edits);
        assertThat(loadsStoredAfterTheDeathOfAWriter(careless, 2, 4)).isPositive();
    }

    @Test
    void nothingIsKeptOutWhereNobodyHoldsALock() {
        store(start(2), "old");
        RegionStore two = start(4);
        assertThat(two.put("1", "value".getBytes(UTF_8), clock.moment()).join()).isTrue();
    }

    @Test
    void aPulseIsForAQuarterOfTheSegments() {
        int segments = 64;
        RegionStore node = region.newNode(connection, segments);
        node.pulse(List.of()).join();
        REDIS.resetStatistics();
        for (int i = 0; i < 4; i++) {
            node.pulse(List.of()).join();
        }
        Map<String, Long> calls = REDIS.commandStats();
        assertThat(calls.get("evalsha")).isEqualTo(4 * (16 + 2));
        // Each segment has had its turn once.
        assertThat(calls.get("hset")).isEqualTo(4 * (16 + 1));
        REDIS.keys("test:{" + region.node(0).name() + "*").forEach(key -> REDIS.call("DEL", key));
    }

    /**
     * Nodes that are configured for other numbers start all the time. When what was agreed upon is lost in that very moment, the
     * nodes meet at their next pulse; it is what happens after that which is looked at here.
     */
    @ParameterizedTest
    @EnumSource
    void noHitIsWrongWhileTheLayoutChanges(Scenario scenario) {
        long first = Long.getLong("seed", System.nanoTime());
        long programs = Long.getLong("programs", 12);
        for (long seed = first; seed < first + programs; seed++) {
            try (RestlessRegion restless = new RestlessRegion(seed, Edits.SWEEPING_NEVER)) {
                RegionProgram.run(seed, scenario, Omission.NOTHING, List.of(restless));
            }
        }
    }

    enum Rule {
        A_NEWER_GENERATION_REFUSES("if theirs > mine or", "if"),
        AN_OLDER_GENERATION_IS_BEGUN_ANEW("if theirs < mine then", "if false then");

        private final Edits edits;

        Rule(String line, String by) {
            edits = Edits.SWEEPING_NEVER.replacing(line, by);
        }
    }

    @ParameterizedTest
    @EnumSource
    void withoutTheRuleSomeHitIsWrong(Rule rule) {
        Violation found = null;
        for (long seed = 0; found == null && seed < 2000; seed++) {
            for (Scenario scenario : EnumSet.of(Scenario.WRITERS_AND_READERS, Scenario.CLEAR)) {
                try (RestlessRegion restless = new RestlessRegion(seed, rule.edits)) {
                    RegionProgram.run(seed, scenario, Omission.NOTHING, List.of(restless));
                } catch (Violation violation) {
                    found = violation;
                }
            }
        }
        assertThat(found).isNotNull();
    }

    /** A region before many of whose operations another node starts. */
    private static final class RestlessRegion implements RegionFixture {

        private final RedisConnection connection;
        private final RedisRegion region;
        private final Random random;
        private final List<RegionStore> steady;
        private final List<RegionStore> nodes;

        RestlessRegion(long seed, Edits edits) {
            connection = new RedisConnection(RedissonOfTests::client, edits);
            random = new Random(seed);
            region = new RedisRegion(new TestClock(), connection, key -> REDIS, MOST);
            steady = List.of(
                    region.newNode(connection, 1 + random.nextInt(MOST)),
                    region.newNode(connection, 1 + random.nextInt(MOST)));
            nodes = steady.stream().map(this::restless).toList();
        }

        private void pulse() {
            steady.forEach(node -> node.pulse(List.of()).join());
        }

        private RegionStore restless(RegionStore store) {
            return (RegionStore) Proxy.newProxyInstance(
                    RegionStore.class.getClassLoader(),
                    new Class<?>[] {RegionStore.class},
                    (proxy, method, arguments) -> {
                        if (random.nextInt(4) == 0) {
                            region.newNode(connection, 1 + random.nextInt(MOST))
                                    .pulse(List.of())
                                    .join();
                        }
                        try {
                            return method.invoke(store, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        @Override
        public RegionStore node(int number) {
            return nodes.get(number);
        }

        @Override
        public TestClock clock() {
            return region.clock();
        }

        @Override
        public void ageLocks(Duration by, Predicate<String> ids) {
            region.ageLocks(by, ids);
        }

        @Override
        public void ageItems(Duration by) {
            region.ageItems(by);
        }

        @Override
        public void letStampsRunAhead() {
            region.letStampsRunAhead();
        }

        @Override
        public void loseData() {
            region.loseData();
        }

        @Override
        public void loseGuards() {
            region.loseGuards();
            pulse();
        }

        @Override
        public void loseAll() {
            region.loseAll();
            pulse();
        }

        @Override
        public void close() {
            region.close();
        }
    }
}
