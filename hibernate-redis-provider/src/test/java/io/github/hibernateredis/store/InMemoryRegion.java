package io.github.hibernateredis.store;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** A region in memory, with two nodes. */
public final class InMemoryRegion implements RegionFixture {

    private final InMemoryRegionStore.Segment segment;
    private final TestClock clock;
    private final List<RegionStore> nodes;

    /** @param sweeping whether each put and unlock looks for expired locks of all keys */
    public InMemoryRegion(TestClock clock, boolean sweeping) {
        this.segment = new InMemoryRegionStore.Segment(LEASE.toMillis(), TTL.toMillis(), sweeping);
        this.clock = clock;
        this.nodes = List.of(
                new InMemoryRegionStore("region", segment, clock), new InMemoryRegionStore("region", segment, clock));
    }

    @Override
    public RegionStore node(int number) {
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
