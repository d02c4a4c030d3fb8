package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.integration.model.Counter;
import org.hibernate.Session;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A value that a session loads after many seconds is stored, even if others have written the region many times
 * meanwhile.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LongSessionsIT {

    /** More moments than are remembered exactly. */
    private static final int WRITES = 1_500;

    private static final long GRAIN_MILLIS = 10;

    private Application one;
    private Application two;

    @BeforeAll
    void start() {
        Application.Builder builder =
                Application.on("long-sessions", Counter.class).countNoStatements();
        one = builder.start();
        two = Application.on("long-sessions", Counter.class).start();
        one.transact(session -> {
            session.persist(new Counter(1, 1));
            session.persist(new Counter(2, 2));
        });
    }

    @AfterAll
    void stop() {
        two.close();
        one.close();
    }

    @Test
    void whatItLoadsIsStored() throws Exception {
        one.factory().getCache().evictEntityData(Counter.class, 1L);
        Thread.sleep(1_500); // a heartbeat brings the stamp of the eviction
        try (Session session = one.factory().openSession()) {
            session.beginTransaction();
            for (int i = 0; i < WRITES; i++) {
                one.transact(other -> other.find(Counter.class, 2L).number++);
                Thread.sleep(GRAIN_MILLIS);
            }
            session.find(Counter.class, 1L);
            session.getTransaction().commit();
        }
        one.find(Counter.class, 1L); // waits for the put of the load, and would load again if it was refused
        assertThat(one.region(Counter.class.getName()).getMissCount())
                .as("misses")
                .isEqualTo(1);
        assertThat(two.isCached(() -> two.find(Counter.class, 1L))).isTrue();
    }

    /** A cached result of the table is not current until the transaction has ended. */
    @Test
    void itsUpdateMarkerOutlivesTheLease() throws Exception {
        String lease = "2s";
        try (Application writer = Application.on("long-updates", Counter.class)
                        .set("hibernate.cache.redis.timeout", "600ms")
                        .set("hibernate.cache.redis.lock_timeout", lease)
                        .start();
                Application reader = Application.on("long-updates", Counter.class)
                        .set("hibernate.cache.redis.timeout", "600ms")
                        .set("hibernate.cache.redis.lock_timeout", lease)
                        .start()) {
            writer.transact(session -> session.persist(new Counter(1, 1)));
            Runnable query = () -> reader.inTransaction(session -> session.createQuery("from Counter", Counter.class)
                    .setCacheable(true)
                    .list());
            while (!reader.isCached(query)) {
                Thread.sleep(50); // until the reader knows the stamp of the insert
            }
            try (Session session = writer.factory().openSession()) {
                session.beginTransaction();
                session.find(Counter.class, 1L).number++;
                session.flush();
                for (int i = 0; i < 30; i++) { // a heartbeat would end an expired marker that a query has found
                    Thread.sleep(200);
                    assertThat(reader.isCached(query)).as("during the update").isFalse();
                }
                session.getTransaction().rollback();
            }
            while (!reader.isCached(query)) {
                Thread.sleep(50); // until the timeout of the test
            }
        }
    }
}
