package io.github.hibernateredis.codec;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** Counts the bytes that could not be used, and tells once per role and cause. */
final class Rejections {

    private final LongAdder count = new LongAdder();
    private final Consumer<String> warnings;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    Rejections(Consumer<String> warnings) {
        this.warnings = warnings;
    }

    /** What a deploy with a changed mapping looks like, and what damage looks like: the check tells no more. */
    void otherMapping(String role) {
        count.increment();
        if (told.add("mapping " + role)) {
            warnings.accept(role + ": stored under another mapping, or damaged; treated as a miss (logged once)");
        }
    }

    /** Bytes whose check is right, but whose content is not: hostile, or written with other versions of classes. */
    void malformed(String role, String reason) {
        count.increment();
        if (told.add("content " + role)) {
            warnings.accept(role + ": stored bytes cannot be read; treated as a miss (logged once): " + reason);
        }
    }

    long count() {
        return count.sum();
    }
}
