package io.github.hibernateredis.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.store.KeyedRegion;
import io.github.hibernateredis.store.MarkedTables;
import io.github.hibernateredis.store.RegionFixture;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.RequestGuard;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.TestClock;
import io.github.hibernateredis.testing.RedisServer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.redisson.api.RedissonClient;

/**
 * One instance continues with a former master that still confirms its writes, while another instance has found the new
 * master.
 */
final class FormerMasterIT {

    private static final TestClock CLOCK = new TestClock();
    private static RedisServer formerServer;
    private static RedisServer newServer;
    private static RedissonClient former;
    private static RedissonClient present;

    /** An instance with its connection to one of the masters. */
    private static final class Node {

        private RedissonClient client = former;
        private final RedisConnection connection =
                new RedisConnection(() -> new RedisClient(client, false), RequestGuard.NONE);

        KeyedRegion region() {
            return RedisRegion.newNode(
                    connection, new RegionSpec("region", RegionFixture.TTL, 0, 1), RegionFixture.LEASE, CLOCK);
        }

        MarkedTables tables() {
            return RedisTables.newNode(connection, "tables", RegionFixture.LEASE, CLOCK);
        }

        void findNewMaster() {
            client = present;
        }
    }

    private final Node quick = new Node();
    private final Node late = new Node();

    @BeforeAll
    static void start() {
        formerServer = RedisServer.start();
        newServer = RedisServer.start();
        former = RedissonOfTests.connect(formerServer.url(), 1);
        present = RedissonOfTests.connect(newServer.url(), 1);
    }

    @AfterAll
    static void stop() {
        former.shutdown();
        present.shutdown();
        formerServer.close();
        newServer.close();
    }

    @Test
    void whatTheFormerMasterConfirmedIsInvalidatedAtTheNewOne() {
        KeyedRegion one = quick.region();
        KeyedRegion two = late.region();
        one.heartbeat(List.of()).join();
        two.heartbeat(List.of()).join();
        quick.findNewMaster();
        one.heartbeat(List.of()).join();
        assertThat(one.put("1", "old".getBytes(UTF_8), CLOCK.moment()).join()).isTrue();
        two.lock("1", "lock", CLOCK.moment()).join();
        assertThat(two.unlock("1", "lock", "new".getBytes(UTF_8)).join()).isTrue();
        late.findNewMaster();
        two.heartbeat(List.of()).join();

        assertThat(one.get("1").join()).isNull();
        assertThat(one.put("1", "new".getBytes(UTF_8), CLOCK.moment()).join()).isTrue();
        two.heartbeat(List.of()).join();
        assertThat(one.get("1").join()).asString(UTF_8).isEqualTo("new");
    }

    @Test
    void resultsThatTheFormerMasterWasToOutdateAreOutdated() {
        MarkedTables one = quick.tables();
        MarkedTables two = late.tables();
        one.heartbeat(List.of()).join();
        two.heartbeat(List.of()).join();
        quick.findNewMaster();
        one.heartbeat(List.of()).join();
        Stamp result = one.asOf(CLOCK.moment());
        two.end("writer", List.of("orders")).join();
        assertThat(one.isCurrent(List.of("orders"), result).join()).isTrue();
        late.findNewMaster();
        two.heartbeat(List.of()).join();

        assertThat(one.isCurrent(List.of("orders"), result).join()).isFalse();
        Stamp later = one.asOf(CLOCK.moment());
        two.heartbeat(List.of()).join();
        assertThat(one.isCurrent(List.of("orders"), later).join()).isTrue();
    }
}
