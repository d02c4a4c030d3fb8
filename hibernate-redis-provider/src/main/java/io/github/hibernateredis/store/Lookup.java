package io.github.hibernateredis.store;

import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.events.MissReason;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;

/** The answer of a region for one key. */
public sealed interface Lookup {

    /**
     * There is an entry.
     *
     * @param value its bytes; must not be changed
     * @param stamp its stamp
     * @param remainingMillis its remaining time to live if it is not read again, as far as this instance knows
     * @param latestMillis its remaining time to live if it is read often enough
     * @param readAt the number of invalidations when it was read
     * @param isNear whether it was found in the memory of this instance, without a request
     */
    record Hit(byte[] value, Stamp stamp, long remainingMillis, long latestMillis, Invalidations readAt, boolean isNear)
            implements Lookup {

        /** An entry whose life does not depend on reads. */
        public Hit(byte[] value, Stamp stamp, long remainingMillis, Invalidations readAt, boolean isNear) {
            this(value, stamp, remainingMillis, remainingMillis, readAt, isNear);
        }
    }

    /** There is no entry that the caller may use. */
    record Miss(MissReason reason) implements Lookup {

        /** There is no entry. */
        public static final Miss ABSENT = new Miss(MissReason.ABSENT);
    }

    /** The request was not sent, or its answer must not be used. */
    record Bypassed(BypassReason reason) implements Lookup {

        /**
         * Returns the answer for a read that failed.
         *
         * @param isRefusal whether a failure is an error reply of the server
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
