package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import org.hibernate.Session;

/**
 * Two nodes of one application. A reading handed to the methods here asserts what it reads; each runs in a transaction of
 * its own.
 */
final class Nodes implements AutoCloseable {

    final Application one;
    final Application two;

    /** What is done before a node is expected to read from the cache. */
    Runnable preparation = () -> {};

    private Nodes(Application one, Application two) {
        this.one = one;
        this.two = two;
    }

    static Nodes of(String name, Class<?>... entities) {
        return start(Application.on(name, entities));
    }

    static Nodes start(Application.Builder builder) {
        return new Nodes(builder.start(), builder.start());
    }

    /** With nothing cached, what is read comes from the database; and from then on from the cache, for both nodes. */
    void share(Consumer<Session> reading) {
        evictEverything();
        assertThat(one.sql(() -> one.transact(reading)))
                .as("statements with nothing cached")
                .isNotEmpty();
        assertCached(reading);
    }

    /** A change by the second node is what the first one reads next, and then both read it from the cache. */
    void seeChange(Consumer<Session> change, Consumer<Session> reading) {
        two.transact(change);
        assertCached(reading);
    }

    /** Both nodes read this from the cache, once it has been loaded. */
    void assertCached(Consumer<Session> reading) {
        // A node that had not heard of the other one's last write when its session opened is refused its load, once.
        // And
        // an identifier that holds an association is what the ORM loads the association for, if the entity was a hit.
        for (int loads = 0; loads < 3; loads++) {
            one.transact(reading);
        }
        preparation.run();
        assertServed(one, reading);
        assertServed(two, reading);
    }

    /** What is read is in the cache already. */
    static void assertServed(Application node, Consumer<Session> reading) {
        assertThat(node.sql(() -> node.transact(reading)))
                .as("statements for what is cached")
                .isEmpty();
    }

    void evictEverything() {
        one.factory().getCache().evictAllRegions();
    }

    /** Does something in a transaction and rolls it back. */
    static void rollBack(Application node, Consumer<Session> action) {
        try (Session session = node.factory().openSession()) {
            session.beginTransaction();
            try {
                action.accept(session);
            } finally {
                session.getTransaction().rollback();
            }
        }
    }

    @Override
    public void close() {
        two.close();
        one.close();
    }
}
