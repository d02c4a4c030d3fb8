package io.github.hibernateredis.codec;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** Counts the bytes that were rejected, and logs once per role and cause. */
final class DecodeFailures {

    private final LongAdder count = new LongAdder();
    private final Consumer<String> warnings;
    private final Set<String> logged = ConcurrentHashMap.newKeySet();

    DecodeFailures(Consumer<String> warnings) {
        this.warnings = warnings;
    }

    /** Another mapping after a deployment, or damage: the check cannot distinguish them. */
    void otherMapping(String role) {
        count.increment();
        if (logged.add("mapping " + role)) {
            warnings.accept(role + ": stored with another mapping, or damaged; treated as a miss (logged once)");
        }
    }

    /** The check is correct, but the content is not: hostile bytes, or bytes written with other versions of classes. */
    void malformed(String role, String reason) {
        count.increment();
        if (logged.add("content " + role)) {
            warnings.accept(role + ": stored bytes cannot be read; treated as a miss (logged once): " + reason);
        }
    }

    long count() {
        return count.sum();
    }
}
