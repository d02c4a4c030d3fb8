package io.github.hibernateredis.events;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Logs each distinct warning once, and no more than a bounded number of them: what they name may come from Redis, where
 * anyone who can write could otherwise fill the log. Thread safe.
 */
public final class OnceWarnings {

    private static final int LIMIT = 1000;

    private final Consumer<String> log;
    private final Set<String> given = ConcurrentHashMap.newKeySet();

    /** Warnings for the log. */
    public OnceWarnings() {
        this(Logger.getLogger("io.github.hibernateredis")::warn);
    }

    /** @param log is given each warning that is new */
    public OnceWarnings(Consumer<String> log) {
        this.log = log;
    }

    /** Warns, unless the same text was a warning before. */
    public void warn(String text) {
        if (isNew(text)) {
            log.accept(text);
        }
    }

    /** Whether a subject has not been told of before, for those who log by themselves. */
    public boolean isNew(String subject) {
        return given.size() < LIMIT && given.add(subject);
    }
}
