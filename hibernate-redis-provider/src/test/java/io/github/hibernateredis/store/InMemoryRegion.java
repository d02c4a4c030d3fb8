package io.github.hibernateredis.store;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** A region in memory, with two instances. */
public final class InMemoryRegion implements RegionFixture {

    private final InMemoryRegionStore.Segment segment;
    private final TestClock clock;
    private final List<KeyedRegion> nodes;

    /** @param sweeping whether each put and each end checks the locks of all keys for expiry */
    public InMemoryRegion(TestClock clock, boolean sweeping) {
        this.segment = new InMemoryRegionStore.Segment(LEASE.toMillis(), TTL.toMillis(), sweeping);
        this.clock = clock;
        this.nodes = List.of(newNode(), newNode());
    }

    private KeyedRegion newNode() {
        Outcomes outcomes = new Outcomes();
        InMemoryStores stores = new InMemoryStores(new InMemoryStores.Side(LEASE.toMillis()), clock, outcomes);
        return new KeyedRegion(stores, stores.region("region", segment), outcomes);
    }

    @Override
    public KeyedRegion node(int number) {
        return nodes.get(number);
    }

    @Override
    public TestClock clock() {
        return clock;
    }

    @Override
    public void ageLocks(Duration by, Predicate<String> ids) {
        segment.ageLocks(by.toMillis(), ids);
    }

    @Override
    public void ageItems(Duration by) {
        segment.ageItems(by.toMillis());
    }

    @Override
    public void letStampsRunAhead() {
        segment.runAhead(Duration.ofHours(1).toMillis());
    }

    @Override
    public void loseData() {
        segment.loseData();
    }

    @Override
    public void loseGuards() {
        segment.loseGuards();
    }

    @Override
    public void loseAll() {
        segment.loseGuards();
        segment.loseData();
    }

    @Override
    public void close() {}
}
