package io.github.hibernateredis;

import java.util.List;
import org.hibernate.boot.registry.selector.SimpleStrategyRegistrationImpl;
import org.hibernate.boot.registry.selector.StrategyRegistration;
import org.hibernate.boot.registry.selector.StrategyRegistrationProvider;
import org.hibernate.cache.spi.RegionFactory;

/**
 * Registers {@link RedisRegionFactory} under its short name {@code redis}. The ORM finds this class through its service
 * loader.
 */
public final class RedisStrategyRegistration implements StrategyRegistrationProvider {

    /** Called by the service loader. */
    public RedisStrategyRegistration() {}

    @Override
    public Iterable<StrategyRegistration<?>> getStrategyRegistrations() {
        return List.of(new SimpleStrategyRegistrationImpl<>(
                RegionFactory.class, RedisRegionFactory.class, "redis", RedisRegionFactory.class.getName()));
    }
}
