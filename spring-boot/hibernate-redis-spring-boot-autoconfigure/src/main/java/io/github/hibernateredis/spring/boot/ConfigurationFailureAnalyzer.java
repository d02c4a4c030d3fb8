package io.github.hibernateredis.spring.boot;

import io.github.hibernateredis.config.ConfigException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what is wrong with the provider's settings, in place of the exceptions that Hibernate wraps around that. */
final class ConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<ConfigException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ConfigException cause) {
        return new FailureAnalysis(
                "The second-level cache in Redis is configured wrongly:\n\n    "
                        + String.join("\n    ", cause.problems()),
                "Correct these properties. They stand below 'hibernate.cache.redis' or 'spring.jpa.properties'; in kebab case"
                        + " or with underscores.",
                cause);
    }
}
