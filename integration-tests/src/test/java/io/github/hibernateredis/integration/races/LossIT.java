package io.github.hibernateredis.integration.races;

import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.RedisServer;
import jakarta.transaction.Synchronization;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.hibernate.Session;
import org.hibernate.Transaction;
import org.hibernate.engine.spi.SessionImplementor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Redis loses some or all of its keys, at every step of a write that overlaps with other sessions' reads. */
class LossIT {

    private static RedisServer redis;
    private static Library library;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
        library = Library.open("loss", "hibernate.cache.redis.url", redis.url());
    }

    @AfterAll
    static void stop() {
        library.close();
        redis.close();
    }

    @BeforeEach
    void oneBook() {
        library.reset();
    }

    private enum Loss {
        EVERYTHING("*"),
        DATA("*:data"),
        GUARDS("*:guards"),
        TABLES("*:tables");

        final String keys;

        Loss(String keys) {
            this.keys = keys;
        }

        void strike() {
            try (RedisCommands commands = redis.connect()) {
                commands.keys(keys).forEach(key -> commands.call("DEL", key));
            }
        }
    }

    private enum Step {
        BEFORE,
        BEGUN,
        READ,
        WRITTEN,
        COMPLETING,
        COMMITTED,
        AFTER
    }

    private enum Write {
        UPDATE(session -> session.find(Book.class, 1L).title = "new"),
        UPDATE_OF_NATURAL_ID(session -> session.find(Book.class, 1L).code = "B"),
        ADDED_CHILD(session -> {
            Book book = session.find(Book.class, 1L);
            Chapter chapter = new Chapter(book, "second");
            session.persist(chapter);
            book.chapters.add(chapter);
        }),
        BULK_UPDATE(session -> session.createMutationQuery("update Book set title = 'new', code = 'C'")
                .executeUpdate());

        final Consumer<Session> write;

        Write(Consumer<Session> write) {
            this.write = write;
        }
    }

    private static Stream<Arguments> cases() {
        return Arrays.stream(Loss.values())
                .flatMap(loss -> Arrays.stream(Step.values())
                        .flatMap(step -> Arrays.stream(Write.values()).map(write -> Arguments.of(loss, step, write))));
    }

    /** Everything is cached at the start, and read again right after the loss. */
    @ParameterizedTest
    @MethodSource("cases")
    void nothingStaleIsLeft(Loss loss, Step step, Write write) {
        Library.seenBy(library.one);
        Library.seenBy(library.two);
        run(step, write, () -> {
            loss.strike();
            Library.seenBy(library.two);
            Library.seenBy(library.one);
        });
        library.assertNothingStale();
        library.assertCached();
    }

    /** Nothing is cached at the start; loads from before the write are in progress when the loss occurs. */
    @ParameterizedTest
    @MethodSource("cases")
    void noLoadFromBeforeIsStored(Loss loss, Step step, Write write) {
        Crossing.Reader members = Crossing.read(() -> library.two.transact(Library::chapters));
        Crossing.Reader titles = Crossing.read(() -> library.two.transact(Library::titles));
        run(step, write, () -> {
            loss.strike();
            members.finish();
        });
        titles.finish();
        library.assertNothingStale();
        library.assertCached();
    }

    private static void run(Step strike, Write write, Runnable action) {
        Consumer<Step> reached = step -> {
            if (step == strike) {
                action.run();
            }
        };
        reached.accept(Step.BEFORE);
        try (Session session = library.one.factory().openSession()) {
            Transaction transaction = session.beginTransaction();
            reached.accept(Step.BEGUN);
            session.find(Book.class, 1L);
            Library.titles(session);
            reached.accept(Step.READ);
            write.write.accept(session);
            session.flush();
            reached.accept(Step.WRITTEN);
            ((SessionImplementor) session)
                    .getTransactionCoordinator()
                    .getLocalSynchronizations()
                    .registerSynchronization(new Synchronization() {
                        @Override
                        public void beforeCompletion() {
                            reached.accept(Step.COMPLETING);
                        }

                        /** The ORM's own callbacks, which notify the cache, run after this one. */
                        @Override
                        public void afterCompletion(int status) {
                            reached.accept(Step.COMMITTED);
                        }
                    });
            transaction.commit();
        }
        reached.accept(Step.AFTER);
    }
}
