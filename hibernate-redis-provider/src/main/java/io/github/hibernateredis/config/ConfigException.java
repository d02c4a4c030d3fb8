package io.github.hibernateredis.config;

import java.util.List;
import org.hibernate.cache.CacheException;

/**
 * Reports a wrong configuration: the session factory cannot start. The message lists every problem that was found.
 */
public final class ConfigException extends CacheException {

    private final List<String> problems;

    ConfigException(List<String> problems) {
        super(problems.size() == 1 ? problems.get(0) : list(problems));
        this.problems = List.copyOf(problems);
    }

    /**
     * Returns the problems that were found.
     *
     * @return one sentence per problem, at least one; free of credentials
     */
    public List<String> problems() {
        return problems;
    }

    private static String list(List<String> problems) {
        return "The configuration of the Redis cache has " + problems.size() + " problems:\n - "
                + String.join("\n - ", problems);
    }
}
