package io.github.hibernateredis.spring.boot;

import io.github.hibernateredis.config.ConfigException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Describes the problems of the provider's settings, instead of the exceptions in which Hibernate wraps them. */
final class ConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<ConfigException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ConfigException cause) {
        return new FailureAnalysis(
                "The configuration of the second-level cache in Redis is wrong:\n\n    "
                        + String.join("\n    ", cause.problems()),
                "Correct these properties. They are below 'hibernate.cache.redis' or 'spring.jpa.properties'; in kebab"
                        + " case or with underscores.",
                cause);
    }
}
