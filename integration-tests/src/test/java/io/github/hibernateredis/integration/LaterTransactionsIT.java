package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.integration.model.VersionedSplitCounter;
import org.hibernate.Session;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A session that continues after a transaction writes, in the next one, values that it has read earlier. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LaterTransactionsIT {

    private Application one;
    private Application two;

    @BeforeAll
    void start() {
        Application.Builder builder = Application.on("later-transactions", VersionedSplitCounter.class);
        one = builder.start();
        two = builder.start();
    }

    @AfterAll
    void stop() {
        two.close();
        one.close();
    }

    /**
     * The update writes one column. The session's value of the other column is older than a change that the session has
     * missed.
     */
    @Test
    void whatIsStoredIsNotFromBeforeTheChangeOfAnother() {
        one.transact(session -> session.persist(new VersionedSplitCounter(1, 0)));
        try (Session session = one.factory().openSession()) {
            session.beginTransaction();
            VersionedSplitCounter counter = session.find(VersionedSplitCounter.class, 1L);
            session.getTransaction().commit();
            two.transact(other -> other.createMutationQuery("update VersionedSplitCounter set left = 1 where id = 1")
                    .executeUpdate());
            for (int i = 0; i < 3; i++) { // this instance receives the new stamp
                one.find(VersionedSplitCounter.class, 1L);
            }
            session.beginTransaction();
            counter.right = 5;
            session.getTransaction().commit();
        }
        VersionedSplitCounter found = two.find(VersionedSplitCounter.class, 1L);
        assertThat(found.right).isEqualTo(5);
        assertThat(found.left).isEqualTo(1);
    }
}
