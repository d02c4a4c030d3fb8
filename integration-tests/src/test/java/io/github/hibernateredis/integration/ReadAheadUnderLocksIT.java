package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hibernate.annotations.CacheConcurrencyStrategy.READ_WRITE;

import jakarta.persistence.Cacheable;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Version;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.hibernate.Session;
import org.hibernate.StatelessSession;
import org.hibernate.annotations.Cache;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An entry that was read ahead is not used after the session has locked the row in any way. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadAheadUnderLocksIT {

    /** More reads than the predictor needs to learn that the collections are read after their owner. */
    private static final int OFTEN = 150;

    private static final String SELECT_FOR_UPDATE = "select id from Basket where id = 1 for update";

    @Entity(name = "Basket")
    @Cacheable
    static class Basket {
        @Id
        Long id;

        @ElementCollection
        @Cache(usage = READ_WRITE)
        List<String> items = new ArrayList<>();

        @OneToMany(mappedBy = "basket")
        @Cache(usage = READ_WRITE)
        List<Note> notes = new ArrayList<>();
    }

    @Entity(name = "Note")
    @Cacheable
    static class Note {
        @Id
        Long id;

        @ManyToOne
        Basket basket;

        static Note of(long id, Basket basket) {
            Note note = new Note();
            note.id = id;
            note.basket = basket;
            return note;
        }
    }

    @Entity(name = "VersionedBasket")
    @Cacheable
    static class VersionedBasket {
        @Id
        Long id;

        @Version
        int version;

        @ElementCollection
        @Cache(usage = READ_WRITE)
        List<String> items = new ArrayList<>();
    }

    enum Lock implements Consumer<Session> {
        QUERY {
            @Override
            public void accept(Session session) {
                session.createSelectionQuery("from Basket where id = 1", Basket.class)
                        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                        .getSingleResult();
            }
        },
        NATIVE_QUERY {
            @Override
            public void accept(Session session) {
                session.createNativeQuery(SELECT_FOR_UPDATE, Long.class).getSingleResult();
            }
        },
        SESSION_LOCK {
            @Override
            public void accept(Session session) {
                session.lock(session.find(Basket.class, 1L), LockModeType.PESSIMISTIC_WRITE);
            }
        },
        FIND {
            @Override
            public void accept(Session session) {
                session.find(Basket.class, 1L, LockModeType.PESSIMISTIC_WRITE);
            }
        },
        UPDATE_QUERY {
            @Override
            public void accept(Session session) {
                session.createNativeQuery("update Basket set id = id where id = 1", Void.class)
                        .addSynchronizedQuerySpace("none")
                        .executeUpdate();
            }
        },
        SESSION_ON_THE_SAME_CONNECTION {
            @Override
            public void accept(Session session) {
                try (Session other = session.sessionWithOptions().connection().openSession()) {
                    QUERY.accept(other);
                }
            }
        },
        NATIVE_QUERY_ON_THE_SAME_CONNECTION {
            @Override
            public void accept(Session session) {
                try (Session other = session.sessionWithOptions().connection().openSession()) {
                    NATIVE_QUERY.accept(other);
                }
            }
        },
        STATELESS_SESSION_ON_THE_SAME_CONNECTION {
            @Override
            public void accept(Session session) {
                session.doWork(connection -> {
                    try (StatelessSession other = session.getSessionFactory().openStatelessSession(connection)) {
                        other.createNativeQuery(SELECT_FOR_UPDATE, Long.class).getSingleResult();
                    }
                });
            }
        },
        JDBC {
            @Override
            public void accept(Session session) {
                session.doWork(Lock::jdbc);
            }
        };

        private static void jdbc(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(SELECT_FOR_UPDATE);
            }
        }

        /** The provider does not see SQL that the application runs with JDBC. */
        boolean isSeen() {
            return this != JDBC;
        }
    }

    private Application one;
    private Application two;
    private long lastNote;

    Application.Builder settings() {
        return Application.on("read-ahead-locks", Basket.class, Note.class, VersionedBasket.class);
    }

    @BeforeAll
    void start() {
        one = settings().start();
        two = settings().start();
    }

    @AfterAll
    void stop() {
        two.close();
        one.close();
    }

    @BeforeEach
    void baskets() {
        one.transact(session -> {
            session.createMutationQuery("delete from Note").executeUpdate();
            session.createSelectionQuery("from Basket", Basket.class)
                    .getResultList()
                    .forEach(session::remove);
            session.createSelectionQuery("from VersionedBasket", VersionedBasket.class)
                    .getResultList()
                    .forEach(session::remove);
        });
        one.transact(session -> {
            Basket basket = new Basket();
            basket.id = 1L;
            basket.items.add("first");
            session.persist(basket);
            session.persist(Note.of(++lastNote, basket));
            VersionedBasket versioned = new VersionedBasket();
            versioned.id = 1L;
            versioned.items.add("first");
            session.persist(versioned);
        });
        for (int i = 0; i < OFTEN; i++) {
            one.transact(session -> {
                Basket basket = session.find(Basket.class, 1L);
                assertThat(basket.items).hasSize(1);
                assertThat(basket.notes).hasSize(1);
                assertThat(session.find(VersionedBasket.class, 1L).items).hasSize(1);
            });
        }
    }

    @ParameterizedTest
    @MethodSource("locks")
    void noElementIsLost(Lock lock) {
        one.transact(session -> {
            Basket basket = session.find(Basket.class, 1L);
            addAnItemElsewhere(lock);
            lock.accept(session);
            basket.items.add("ours");
        });
        assertThat(rows("Basket_items")).containsExactlyInAnyOrder("first", "theirs", "ours");
    }

    private void addAnItemElsewhere(Lock lock) {
        elsewhere(session -> {
            lock.accept(session);
            session.find(Basket.class, 1L).items.add("theirs");
        });
    }

    /** Another instance, and another thread: SQL on the thread of a session counts as the session's. */
    private void elsewhere(Consumer<Session> action) {
        CompletableFuture.runAsync(() -> two.transact(action)).join();
    }

    @ParameterizedTest
    @MethodSource("locks")
    void anInverseCollectionIsNotOlderThanTheLock(Lock lock) {
        if (!lock.isSeen()) {
            return;
        }
        one.transact(session -> {
            Basket basket = session.find(Basket.class, 1L);
            elsewhere(other -> {
                Basket same = other.find(Basket.class, 1L);
                Note note = Note.of(++lastNote, same);
                other.persist(note);
                same.notes.add(note);
            });
            lock.accept(session);
            assertThat(basket.notes).hasSize(2);
        });
    }

    static List<Lock> locks() {
        return List.of(Lock.values());
    }

    /** A session that opened before the collection was read ahead, and shares the connection. */
    @Test
    void aSessionThatWasOpenBeforeIsOneThatLocks() {
        one.transact(session -> session.doWork(connection -> {
            try (StatelessSession locking = session.getSessionFactory().openStatelessSession(connection)) {
                Basket basket = session.find(Basket.class, 1L);
                elsewhere(other -> {
                    Basket same = other.find(Basket.class, 1L);
                    Note note = Note.of(++lastNote, same);
                    other.persist(note);
                    same.notes.add(note);
                });
                locking.createNativeQuery(SELECT_FOR_UPDATE, Long.class).getSingleResult();
                assertThat(basket.notes).hasSize(2);
            }
        }));
    }

    @Test
    void aFlushIsOneOfTheMomentsAfterWhichNothingIsUsed() {
        one.transact(session -> {
            Basket basket = session.find(Basket.class, 1L);
            elsewhere(other -> {
                Basket same = other.find(Basket.class, 1L);
                Note note = Note.of(++lastNote, same);
                other.persist(note);
                same.notes.add(note);
            });
            session.find(VersionedBasket.class, 1L).items.add("flushed");
            session.flush();
            assertThat(basket.notes).hasSize(2);
        });
    }

    private List<String> rows(String table) {
        return one.inTransaction(session -> session.createNativeQuery("select items from " + table, String.class)
                .getResultList());
    }
}
