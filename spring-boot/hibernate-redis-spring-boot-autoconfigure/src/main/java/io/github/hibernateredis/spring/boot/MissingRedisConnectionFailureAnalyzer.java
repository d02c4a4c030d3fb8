package io.github.hibernateredis.spring.boot;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains how to configure a Redis. */
final class MissingRedisConnectionFailureAnalyzer extends AbstractFailureAnalyzer<MissingRedisConnectionException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, MissingRedisConnectionException cause) {
        return new FailureAnalysis(
                String.valueOf(cause.getMessage()),
                "Set 'hibernate.cache.redis.url' or 'spring.data.redis.host', or name a RedissonClient bean in"
                        + " 'hibernate.cache.redis.client-bean'. To start without a second-level cache, set"
                        + " 'hibernate.cache.redis.enabled' to false.",
                cause);
    }
}
