package io.github.hibernateredis.session;

/** The one place that decides whether what a session has loaded may be cached, and when. */
public final class LoadPolicy {

    /** What was loaded. */
    public enum Kind {
        /** An entity, or the id that belongs to a natural id. */
        ROW,
        /** A collection: it changes with rows that may not be cached themselves. */
        COLLECTION,
        /** The result of a query. */
        QUERY_RESULT
    }

    /** Whether and when a load is stored. */
    public enum Decision {
        /** It has been committed. */
        NOW,
        /**
         * It may be what the session's transaction has written: it is stored when that has been committed, and not at all
         * after a rollback. By then it is as true as what others load, or refused for the same reasons.
         */
        AFTER_COMMIT,
        /** It must not be stored. */
        NEVER
    }

    /** What the decision depends on of the session that loads. */
    interface Reader {

        /** Whether what it loads has been committed, at least by itself. */
        boolean readsCommitted();

        /** Whether it may read from a snapshot that is older than itself. */
        boolean mayReadOlderSnapshot();

        /** Whether it knows of every row that its transaction writes. */
        boolean hearsOfRows();

        /** Whether it knows of every table that its transaction writes. */
        boolean hearsOfTables();

        /** Whether it has written in its transaction. */
        boolean hasWritten();

        /** Whether it will hear of the end of its transaction. */
        boolean hearsOfCompletion();
    }

    private LoadPolicy() {}

    /**
     * Decides for one load.
     *
     * @param isWriting whether the session is writing that very key
     */
    static Decision decide(Reader session, Kind kind, boolean isWriting) {
        if (isWriting || session.mayReadOlderSnapshot() || !session.readsCommitted()) {
            return Decision.NEVER;
        }
        boolean committed = switch (kind) {
            case ROW -> session.hearsOfRows();
            case COLLECTION -> session.hearsOfTables();
            case QUERY_RESULT -> session.hearsOfRows() && !session.hasWritten();
        };
        // The members that it sees may be the transaction's own uncommitted ones, and the ORM (6.6 to 8.0) locks a
        // collection only if the application has changed that very collection.
        if (kind == Kind.COLLECTION && session.hasWritten()) {
            return Decision.NEVER;
        }
        if (committed) {
            return Decision.NOW;
        }
        return session.hearsOfCompletion() ? Decision.AFTER_COMMIT : Decision.NEVER;
    }
}
