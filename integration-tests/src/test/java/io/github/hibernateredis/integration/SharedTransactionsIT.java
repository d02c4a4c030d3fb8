package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.SecondaryTable;
import java.util.function.Consumer;
import org.hibernate.Session;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.cfg.AvailableSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * With repeatable reads, a session that shares the transaction of another session reads from a snapshot that is older
 * than itself.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SharedTransactionsIT {

    @Entity(name = "Sheet")
    @Cacheable
    @DynamicUpdate
    @SecondaryTable(name = "SheetBack")
    static class Sheet {
        @Id
        Long id;

        String front;

        @Column(table = "SheetBack")
        String back;
    }

    private Application one;
    private Application two;

    @BeforeAll
    void start() {
        Application.Builder builder =
                Application.on("shared-transactions", Sheet.class).set(AvailableSettings.ISOLATION, "REPEATABLE_READ");
        one = builder.start();
        two = builder.start();
    }

    @AfterAll
    void stop() {
        two.close();
        one.close();
    }

    @BeforeEach
    void aSheet() {
        one.transact(session -> session.createSelectionQuery("from Sheet", Sheet.class)
                .getResultList()
                .forEach(session::remove));
        one.transact(session -> {
            Sheet sheet = new Sheet();
            sheet.id = 1L;
            sheet.front = "old";
            sheet.back = "old";
            session.persist(sheet);
        });
    }

    private static void readOld(Session session) {
        assertThat(session.find(Sheet.class, 1L).back).isEqualTo("old");
    }

    private static void queryOld(Session session) {
        assertThat(back(session)).isEqualTo("old");
    }

    private static void queryNew(Session session) {
        assertThat(back(session)).isEqualTo("new");
    }

    private static String back(Session session) {
        return session.createSelectionQuery("select back from Sheet", String.class)
                .setCacheable(true)
                .getSingleResult();
    }

    private static void readNew(Session session) {
        assertThat(session.find(Sheet.class, 1L).back).isEqualTo("new");
    }

    /**
     * Works in a session that opens after another one has changed the row; its transaction still sees the old state.
     */
    private void inOlderSnapshot(Runnable afterTheChange, Consumer<Session> work) {
        try (Session parent = one.factory().openSession()) {
            parent.beginTransaction();
            parent.createNativeQuery("select count(*) from SheetBack", Long.class)
                    .getSingleResult();
            two.transact(session -> session.find(Sheet.class, 1L).back = "new");
            afterTheChange.run();
            try (Session child = parent.sessionWithOptions().connection().openSession()) {
                work.accept(child);
                parent.getTransaction().commit();
            }
        }
    }

    private void evict() {
        one.factory().getCache().evictEntityData();
        one.factory().getCache().evictQueryRegions();
    }

    private void cacheTheNew() {
        for (int i = 0; i < 3; i++) {
            one.transact(SharedTransactionsIT::readNew);
            one.transact(SharedTransactionsIT::queryNew);
        }
    }

    @Test
    void whatItLoadsIsNotStored() {
        inOlderSnapshot(this::evict, SharedTransactionsIT::readOld);
        two.transact(SharedTransactionsIT::readNew);
        one.transact(SharedTransactionsIT::readNew);
    }

    @Test
    void theResultOfItsQueryIsNotStored() {
        inOlderSnapshot(this::evict, SharedTransactionsIT::queryOld);
        two.transact(SharedTransactionsIT::queryNew);
        one.transact(SharedTransactionsIT::queryNew);
    }

    @Test
    void itIsNotShownWhatIsNewer() {
        inOlderSnapshot(this::cacheTheNew, SharedTransactionsIT::readOld);
    }

    @Test
    void itIsNotShownTheResultOfAQueryThatIsNewer() {
        inOlderSnapshot(this::cacheTheNew, SharedTransactionsIT::queryOld);
    }

    /** It has written one table, and its value of the other one is old. */
    @Test
    void whatItWritesIsNotStored() {
        inOlderSnapshot(this::evict, session -> {
            readOld(session);
            session.find(Sheet.class, 1L).front = "new";
            session.flush();
        });
        for (Application node : new Application[] {two, one}) {
            node.transact(SharedTransactionsIT::readNew);
            assertThat(node.find(Sheet.class, 1L).front).isEqualTo("new");
        }
    }
}
