package io.github.hibernateredis.integration.races;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.integration.Application;
import io.github.hibernateredis.integration.PostgresServer;
import io.github.hibernateredis.integration.model.FixedCounter;
import io.github.hibernateredis.integration.model.SplitCounter;
import io.github.hibernateredis.testing.ForkedJvm;
import io.github.hibernateredis.testing.RedisServer;
import jakarta.transaction.Synchronization;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.util.List;
import org.hibernate.Session;
import org.hibernate.Transaction;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.engine.spi.SessionImplementor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An instance dies in the middle of a write; and what transactions of different isolation levels see. Uses PostgreSQL.
 */
class CrashIT {

    private static RedisServer redis;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    private static Application.Builder describe(String redisUrl, String databaseUrl, int isolation) {
        return Library.describe("crash")
                .set(AvailableSettings.JAKARTA_JDBC_URL, databaseUrl)
                .unset(AvailableSettings.JAKARTA_JDBC_USER)
                .unset(AvailableSettings.JAKARTA_JDBC_PASSWORD)
                .set(AvailableSettings.ISOLATION, Integer.toString(isolation))
                .set("hibernate.cache.redis.url", redisUrl)
                .set("hibernate.cache.redis.timeout", "300ms")
                .set("hibernate.cache.redis.lock_timeout", "1s");
    }

    private static Library open(int isolation) {
        String database = PostgresServer.url();
        return Library.open(describe(redis.url(), database, isolation), database);
    }

    private static ForkedJvm victim(String where) {
        return ForkedJvm.start(
                List.of("-Dorg.jboss.logging.provider=slf4j"), Victim.class, redis.url(), PostgresServer.url(), where);
    }

    /** The victim is inside its transaction, after both others have read the rows that it writes. */
    private static void awaitThatItHolds(ForkedJvm victim, Library library) {
        library.reset();
        victim.await("READY");
        Library.seenBy(library.one);
        Library.seenBy(library.two);
        victim.ask("die", "HERE");
    }

    private static void awaitCached(Library library) {
        OutageIT.eventually(() -> library.one.isCached(() -> Library.title(library.one))
                && library.two.isCached(() -> library.two.inTransaction(Library::titles)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"update before-commit", "update after-commit", "bulk before-commit", "bulk after-commit"})
    void entriesLockedByAKilledInstanceAreCachedAgainAndNeverStale(String where) {
        try (Library library = open(Connection.TRANSACTION_READ_COMMITTED);
                ForkedJvm victim = victim(where)) {
            awaitThatItHolds(victim, library);
            library.assertNothingStale();
            victim.kill();
            library.assertNothingStale();
            awaitCached(library);
            library.assertNothingStale();
            library.assertCached();
        }
    }

    /** Its locks end while it stands still, and the earlier state is cached again; that state must not stay. */
    @ParameterizedTest
    @ValueSource(strings = {"update before-commit", "update committing", "bulk committing"})
    void aNodeThatStandsStillForLongerThanItsLocksLiveDoesNoHarm(String where) {
        try (Library library = open(Connection.TRANSACTION_READ_COMMITTED);
                ForkedJvm victim = victim(where)) {
            awaitThatItHolds(victim, library);
            victim.pause();
            library.assertNothingStale();
            awaitCached(library);
            library.assertNothingStale();
            victim.resume();
            victim.ask("go on", "DONE");
            assertThat(Library.title(library.one)).containsExactly("new");
            library.assertNothingStale();
            library.assertCached();
        }
    }

    /** Writes, and waits to be killed at the given point. */
    static final class Victim {

        private Victim() {}

        public static void main(String[] arguments) throws IOException {
            try (Application node = describe(arguments[0], arguments[1], Connection.TRANSACTION_READ_COMMITTED)
                    .start()) {
                BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
                System.out.println("READY");
                input.readLine();
                Runnable here = () -> {
                    System.out.println("HERE");
                    try {
                        input.readLine();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                };
                String where = arguments[2];
                try (Session session = node.factory().openSession()) {
                    Transaction transaction = session.beginTransaction();
                    if (where.startsWith("bulk")) {
                        session.createMutationQuery("update Book set title = 'new', code = 'B'")
                                .executeUpdate();
                    } else {
                        Book book = session.find(Book.class, 1L);
                        book.title = "new";
                        book.code = "B";
                        Chapter chapter = new Chapter(book, "second");
                        session.persist(chapter);
                        book.chapters.add(chapter);
                    }
                    session.flush();
                    if (where.endsWith("before-commit")) {
                        here.run();
                    }
                    ((SessionImplementor) session)
                            .getTransactionCoordinator()
                            .getLocalSynchronizations()
                            .registerSynchronization(new Synchronization() {
                                /** The ORM's own callbacks, which wait for the locks, run before this one. */
                                @Override
                                public void beforeCompletion() {
                                    if (where.endsWith("committing")) {
                                        here.run();
                                    }
                                }

                                /** The ORM's callbacks that end the locks run after this one. */
                                @Override
                                public void afterCompletion(int status) {
                                    if (where.endsWith("after-commit")) {
                                        here.run();
                                    }
                                }
                            });
                    transaction.commit();
                }
                System.out.println("DONE");
            }
        }
    }

    @Test
    void aRepeatableReadIsNeverNewerThanItsSnapshot() {
        try (Library library = open(Connection.TRANSACTION_REPEATABLE_READ)) {
            library.reset();
            try (Session session = library.two.factory().openSession()) {
                Transaction transaction = session.beginTransaction();
                Library.remarks(session); // takes the snapshot
                session.clear();
                library.one.transact(other -> {
                    other.find(Book.class, 1L).title = "new";
                    other.find(Book.class, 1L).code = "B";
                    Remark remark = new Remark(2, other.find(Book.class, 1L), "newer");
                    remark.book.remarks.add(remark);
                    other.persist(remark);
                });
                library.one.transact(Library::chapters);
                library.one.transact(Library::titles);
                library.one.transact(other -> other.persist(new FixedCounter(1, 1)));
                assertThat(session.find(FixedCounter.class, 1L)).isNull();
                assertThat(session.find(Book.class, 1L).title).isEqualTo("old");
                assertThat(Library.titles(session)).containsExactly("old");
                session.clear();
                assertThat(session.bySimpleNaturalId(Book.class).load("B")).isNull();
                assertThat(session.bySimpleNaturalId(Book.class).load("A")).isNotNull();
                transaction.commit();
            }
            library.assertNothingStale();
            library.assertCached();
        }
    }

    /** The second session of a transaction opens after the start of the snapshot that it reads from. */
    @Test
    void norIsThatOfAnotherSessionOfTheTransaction() {
        try (Library library = open(Connection.TRANSACTION_REPEATABLE_READ)) {
            library.reset();
            try (Session session = library.two.factory().openSession()) {
                Transaction transaction = session.beginTransaction();
                Library.remarks(session);
                library.one.transact(other -> other.find(Book.class, 1L).title = "new");
                library.one.transact(Library::titles);
                library.two.find(Book.class, 1L); // brings the newest stamps
                library.two.transact(Library::titles);
                try (Session child = session.sessionWithOptions().connection().openSession()) {
                    assertThat(child.find(Book.class, 1L).title).isEqualTo("old");
                    assertThat(Library.titles(child)).containsExactly("old");
                }
                transaction.commit();
            }
            library.assertNothingStale();
            library.assertCached();
        }
    }

    /**
     * A session that keeps its connection, and has read before its transaction began, continues to read from that
     * snapshot.
     */
    @Test
    void aSnapshotFromBeforeTheTransactionIsNotStored() {
        String database = PostgresServer.url();
        Application.Builder builder = describe(redis.url(), database, Connection.TRANSACTION_REPEATABLE_READ)
                .set(AvailableSettings.CONNECTION_HANDLING, "DELAYED_ACQUISITION_AND_HOLD");
        try (Library library = Library.open(builder, database)) {
            library.reset();
            try (Session session = library.two.factory().openSession()) {
                session.doWork(Connection::rollback); // ends a transaction that the pool may have left open
                session.createQuery("select r.text from Remark r", String.class).list();
                library.one.transact(other -> other.find(Book.class, 1L).title = "new");
                library.one.factory().getCache().evictAllRegions();
                Library.seenBy(library.two);
                library.one.factory().getCache().evictAllRegions();
                library.two.find(SplitCounter.class, 1L);
                library.two.find(Book.class, 7L);
                Transaction transaction = session.beginTransaction();
                assertThat(session.find(Book.class, 1L).title).isEqualTo("old");
                transaction.commit();
            }
            library.assertNothingStale();
            library.assertCached();
        }
    }

    @Test
    void aCommittedReadSeesWhatIsNewer() {
        try (Library library = open(Connection.TRANSACTION_READ_COMMITTED)) {
            library.reset();
            try (Session session = library.two.factory().openSession()) {
                Transaction transaction = session.beginTransaction();
                Library.chapters(session);
                session.clear();
                library.one.transact(other -> other.find(Book.class, 1L).title = "new");
                assertThat(library.two.statements(() ->
                                assertThat(session.find(Book.class, 1L).title).isEqualTo("new")))
                        .isZero();
                transaction.commit();
            }
            library.assertNothingStale();
        }
    }
}
