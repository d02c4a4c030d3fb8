package io.github.hibernateredis.store;

import java.time.Duration;
import java.util.function.Predicate;

/** A region that two nodes share, and all that can happen to it from outside. */
public interface RegionFixture extends AutoCloseable {

    /** How long locks live. */
    Duration LEASE = Duration.ofMinutes(1);

    /** How long items live. */
    Duration TTL = Duration.ofHours(1);

    /** The region on node 0 or 1. */
    KeyedRegion node(int number);

    /** The clock of both nodes. */
    TestClock clock();

    /** Lets so much time pass for the locks of those ids. */
    void ageLocks(Duration by, Predicate<String> ids);

    /** Lets so much time pass for all items. */
    void ageItems(Duration by);

    /** From now on the server's clock is an hour behind the stamps that it has issued. */
    void letStampsRunAhead();

    /** Loses the data map. */
    void loseData();

    /** Loses the guards. */
    void loseGuards();

    /** Loses all. */
    void loseAll();

    @Override
    void close();
}
