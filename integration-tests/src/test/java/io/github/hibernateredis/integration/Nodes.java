package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import org.hibernate.Session;

/**
 * Two instances of one application. The actions that are passed to these methods assert what they read; each runs in a
 * separate transaction.
 */
final class Nodes implements AutoCloseable {

    final Application one;
    final Application two;

    /** Runs before an instance is expected to read from the cache. */
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

    /** With an empty cache, the first reading uses the database; after that, both instances read from the cache. */
    void share(Consumer<Session> reading) {
        evictEverything();
        assertThat(one.sql(() -> one.transact(reading)))
                .as("statements with nothing cached")
                .isNotEmpty();
        assertCached(reading);
    }

    /** The first instance sees a change by the second one at its next read, and then both read it from the cache. */
    void seeChange(Consumer<Session> change, Consumer<Session> reading) {
        two.transact(change);
        assertCached(reading);
    }

    /** Both instances read this from the cache, once it has been loaded. */
    void assertCached(Consumer<Session> reading) {
        // If an instance did not know the last write of the other one when its session opened, its load is refused
        // once. If the entity was a hit and its identifier contains an association, the ORM loads the association.
        for (int loads = 0; loads < 3; loads++) {
            one.transact(reading);
        }
        preparation.run();
        assertServed(one, reading);
        assertServed(two, reading);
    }

    /** Asserts that the reading needs no SQL. */
    static void assertServed(Application node, Consumer<Session> reading) {
        assertThat(node.sql(() -> node.transact(reading)))
                .as("statements for what is cached")
                .isEmpty();
    }

    void evictEverything() {
        one.factory().getCache().evictAllRegions();
    }

    /** Runs an action in a transaction and rolls it back. */
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
