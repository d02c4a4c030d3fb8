package io.github.hibernateredis.session;

/** Decides whether and when a loaded value of a session may be cached. No other class decides that. */
public final class LoadPolicy {

    /** The kind of the loaded value. */
    public enum Kind {
        /** An entity, or the identifier for a natural id. */
        ROW,
        /** A collection: it changes with rows that may not be cached themselves. */
        COLLECTION,
        /** The result of a query. */
        QUERY_RESULT
    }

    /** Whether and when a loaded value is stored. */
    public enum Decision {
        /** Now: it has been committed. */
        NOW,
        /**
         * It may contain uncommitted writes of the session's transaction. It is stored after the commit, and not at all
         * after a rollback. Then it is as valid as any other load, or refused for the same reasons.
         */
        AFTER_COMMIT,
        /** It must not be stored. */
        NEVER
    }

    /** The properties of the loading session that the decision depends on. */
    interface Reader {

        /** Whether it reads only committed data, apart from its own writes. */
        boolean readsCommitted();

        /** Whether it may read from a snapshot that is older than the session. */
        boolean mayReadOlderSnapshot();

        /** Whether the ORM reports every row that its transaction writes. */
        boolean hearsOfRows();

        /** Whether the ORM reports every table that its transaction writes. */
        boolean hearsOfTables();

        /** Whether it has written in its transaction. */
        boolean hasWritten();

        /** Whether the ORM will report the end of its transaction. */
        boolean hearsOfCompletion();
    }

    private LoadPolicy() {}

    /**
     * Decides for one load.
     *
     * @param isWriting whether the session is writing the same key
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
        // The members that the session sees may be uncommitted rows of its own transaction. The ORM (6.6 to 8.0) locks
        // a collection only if the application has changed that collection itself.
        if (kind == Kind.COLLECTION && session.hasWritten()) {
            return Decision.NEVER;
        }
        if (committed) {
            return Decision.NOW;
        }
        return session.hearsOfCompletion() ? Decision.AFTER_COMMIT : Decision.NEVER;
    }
}
