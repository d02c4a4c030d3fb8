package io.github.hibernateredis;

import java.util.List;
import org.hibernate.boot.registry.selector.SimpleStrategyRegistrationImpl;
import org.hibernate.boot.registry.selector.StrategyRegistration;
import org.hibernate.boot.registry.selector.StrategyRegistrationProvider;
import org.hibernate.cache.spi.RegionFactory;

/** Lets the ORM find {@link RedisRegionFactory} by its short name {@code redis}. Found by the ORM's service loading. */
public final class RedisStrategyRegistration implements StrategyRegistrationProvider {

    /** For the service loader. */
    public RedisStrategyRegistration() {}

    @Override
    public Iterable<StrategyRegistration<?>> getStrategyRegistrations() {
        return List.of(new SimpleStrategyRegistrationImpl<>(
                RegionFactory.class, RedisRegionFactory.class, "redis", RedisRegionFactory.class.getName()));
    }
}
