package io.github.hibernateredis.region;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Logs each distinct warning once in the life of a factory, and no more than a bounded number of them. Thread safe. */
final class Warnings {

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");
    private static final int LIMIT = 1000;

    private final Set<String> given = ConcurrentHashMap.newKeySet();

    void warn(String warning) {
        if (given.size() < LIMIT && given.add(warning)) {
            LOG.warn(warning);
        }
    }
}
