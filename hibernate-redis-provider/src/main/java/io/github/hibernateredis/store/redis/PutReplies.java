package io.github.hibernateredis.store.redis;

import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.LogMessage;
import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.store.OverloadedException;

/** The replies of the scripts about each value. */
final class PutReplies {

    private PutReplies() {}

    static PutOutcome outcome(int letter) {
        return switch (letter) {
            case 'S' -> PutOutcome.STORED;
            case 'P' -> PutOutcome.PRESENT;
            case 'O' -> PutOutcome.REFUSED_OLDER;
            case 'L' -> PutOutcome.REFUSED_LOCKED;
            case 'C' -> PutOutcome.REFUSED_CONFLICTED;
            case 'F' -> PutOutcome.REFUSED_FULL;
            default -> throw new IllegalArgumentException("Unknown outcome of a put: " + (char) letter);
        };
    }

    static void report(CacheListener events, String region, String key, PutOutcome outcome) {
        events.put(region, outcome);
        if (outcome != PutOutcome.STORED && outcome != PutOutcome.PRESENT) {
            LogMessage.NOT_STORED.log(region, key, outcome);
        }
    }

    /** The outcome of the values of a request that failed as a whole. */
    static PutOutcome failed(Throwable failure) {
        Throwable cause = RedisConnection.cause(failure);
        if (cause instanceof OverloadedException) {
            return PutOutcome.SHED;
        }
        return String.valueOf(cause.getMessage()).contains("OOM") ? PutOutcome.REFUSED_FULL : PutOutcome.FAILED;
    }
}
