package io.github.hibernateredis.store;

import java.time.Duration;
import java.util.function.Predicate;

/** A region that two instances share, and the events that can happen to it from outside. */
public interface RegionFixture extends AutoCloseable {

    /** The lease of locks. */
    Duration LEASE = Duration.ofMinutes(1);

    /** The time to live of entries. */
    Duration TTL = Duration.ofHours(1);

    /** The region on instance 0 or 1. */
    KeyedRegion node(int number);

    /** The clock of both instances. */
    TestClock clock();

    /** Lets that time pass for the locks with these ids. */
    void ageLocks(Duration by, Predicate<String> ids);

    /** Lets that time pass for all entries. */
    void ageItems(Duration by);

    /** From now on the server's clock is an hour behind the issued stamps. */
    void letStampsRunAhead();

    /** Loses the data hash. */
    void loseData();

    /** Loses the metadata. */
    void loseGuards();

    /** Loses all state. */
    void loseAll();

    @Override
    void close();
}
