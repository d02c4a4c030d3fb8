package io.github.hibernateredis.store;

import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.events.MissReason;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;

/** What a region says of one key. */
public sealed interface Lookup {

    /**
     * There is an entry.
     *
     * @param value its bytes; not to be changed
     * @param stamp its stamp
     * @param remainingMillis how long it lives on, as far as is known here
     * @param readAt how many invalidations there had been when it was read
     * @param isNear whether it was found in this process, and nobody was asked
     */
    record Hit(byte[] value, Stamp stamp, long remainingMillis, Invalidations readAt, boolean isNear)
            implements Lookup {}

    /** There is none that the caller may use. */
    record Miss(MissReason reason) implements Lookup {

        /** There is no entry. */
        public static final Miss ABSENT = new Miss(MissReason.ABSENT);
    }

    /** The region was not asked, or its answer is not to be used. */
    record Bypassed(BypassReason reason) implements Lookup {

        /**
         * The answer to a read that failed.
         *
         * @param isRefusal whether the server answered by a refusal
         */
        public static Bypassed because(Throwable failure, Predicate<Throwable> isRefusal) {
            Throwable cause = failure;
            while (cause instanceof CompletionException && cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (cause instanceof NotConnectedException) {
                return new Bypassed(BypassReason.NOT_CONNECTED);
            }
            if (cause instanceof OverloadedException) {
                return new Bypassed(BypassReason.OVERLOAD);
            }
            return new Bypassed(isRefusal.test(cause) ? BypassReason.REFUSED : BypassReason.OUTAGE);
        }
    }
}
