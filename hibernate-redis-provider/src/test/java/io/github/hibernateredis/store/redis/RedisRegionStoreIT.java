package io.github.hibernateredis.store.redis;

import io.github.hibernateredis.store.RegionFixture;
import io.github.hibernateredis.store.RegionStoreContract;
import io.github.hibernateredis.store.RequestGuard;
import io.github.hibernateredis.store.TestClock;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import org.junit.jupiter.api.Nested;

/** The scripts keep the contract, with every kind of read and of expiry. */
final class RedisRegionStoreIT {

    private static final RedisCommands REDIS = SharedRedis.connect();

    /** With the real server: field expiry if it supports that. */
    @Nested
    class Plain extends RegionStoreContract {
        @Override
        protected RegionFixture newRegion(TestClock clock) {
            return new RedisRegion(clock, new RedisConnection(RedissonOfTests::client, RequestGuard.NONE), REDIS);
        }
    }

    /** Simulates a server that cannot expire fields, so that entries contain their expiry. */
    @Nested
    class WithoutFieldExpiry extends RegionStoreContract {
        @Override
        protected RegionFixture newRegion(TestClock clock) {
            return new RedisRegion(
                    clock,
                    new RedisConnection(RedissonOfTests::client, RequestGuard.NONE, Edits.WITHOUT_FIELD_EXPIRY),
                    REDIS);
        }
    }

    /** With a client that sends plain reads to replicas. */
    @Nested
    class ReadByScript extends RegionStoreContract {
        @Override
        protected RegionFixture newRegion(TestClock clock) {
            return new RedisRegion(
                    clock, new RedisConnection(RedissonOfTests::replicaReader, RequestGuard.NONE), REDIS);
        }
    }
}
