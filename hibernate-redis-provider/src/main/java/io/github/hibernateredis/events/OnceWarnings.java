package io.github.hibernateredis.events;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Logs each distinct warning once, and at most 1000 warnings: names in them may come from Redis, where a client with
 * write access could otherwise flood the log. Thread safe.
 */
public final class OnceWarnings {

    private static final int LIMIT = 1000;

    private final Consumer<String> log;
    private final Set<String> given = ConcurrentHashMap.newKeySet();

    /** Creates an object that logs the warnings. */
    public OnceWarnings() {
        this(Logger.getLogger("io.github.hibernateredis")::warn);
    }

    /** @param log receives each new warning */
    public OnceWarnings(Consumer<String> log) {
        this.log = log;
    }

    /** Logs the warning, unless the same text was logged before. */
    public void warn(String text) {
        if (isNew(text)) {
            log.accept(text);
        }
    }

    /** Whether this subject is new, for callers that write their own log lines. */
    public boolean isNew(String subject) {
        return given.size() < LIMIT && given.add(subject);
    }
}
