package io.github.hibernateredis.near;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.store.KeyedRegion;
import io.github.hibernateredis.store.RegionFixture;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.TestClock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Another region where some nodes keep values. Before each read a near cache has heard of all that has happened: so
 * what it finds must be what it would find without one.
 */
public final class NearRegion implements RegionFixture {

    /** The clock stands still while something is read. */
    private static final Duration LEASE_OF_VALUES = Duration.ofNanos(1);

    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int MOST_BEATS = 1000;

    private final RegionFixture region;
    private final List<NearStores> stores = new ArrayList<>();
    private final List<KeyedRegion> nodes = new ArrayList<>();

    /** @param nearNodes how many of the two nodes have near caches */
    public NearRegion(RegionFixture region, int nearNodes) {
        this.region = region;
        for (int i = 0; i < 2; i++) {
            nodes.add(i < nearNodes ? near(region.node(i)) : region.node(i));
        }
    }

    private KeyedRegion near(KeyedRegion node) {
        TestClock clock = region.clock();
        NearStores near =
                new NearStores(node.stores(), LEASE, LEASE_OF_VALUES, clock, lease -> new NearSegment(lease, clock));
        stores.add(near);
        RegionSpec.Near limits = new RegionSpec.Near(100, null, LEASE_OF_VALUES);
        NearRegionStore store = (NearRegionStore) near.region(new RegionSpec(node.name(), TTL, 0, null, 0, 1, limits));
        RegionStore hearing = (RegionStore) Proxy.newProxyInstance(
                NearRegion.class.getClassLoader(), new Class<?>[] {RegionStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().startsWith("read")) {
                        hear(near, store);
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return node.by(near, hearing);
    }

    /** Ends the lease, and has it begin again: once all messages up to now are there, or all is dropped. */
    private void hear(NearStores near, NearRegionStore store) {
        for (int beats = 0; beats == 0 || !store.isLeased(); beats++) {
            assertThat(beats).as("heartbeats").isLessThan(MOST_BEATS);
            region.clock().moment();
            near.nearHeartbeat(List.of(store.name()), Duration.ofMinutes(1)).join();
            for (long begin = System.nanoTime(); System.nanoTime() - begin < PATIENCE_NANOS && !store.isLeased(); ) {
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public KeyedRegion node(int number) {
        return nodes.get(number);
    }

    @Override
    public TestClock clock() {
        return region.clock();
    }

    @Override
    public void ageLocks(Duration by, Predicate<String> ids) {
        region.ageLocks(by, ids);
    }

    /** What near caches keep ages by their own clock. */
    @Override
    public void ageItems(Duration by) {
        region.ageItems(by);
        region.clock().advance(by);
    }

    @Override
    public void letStampsRunAhead() {
        region.letStampsRunAhead();
    }

    @Override
    public void loseData() {
        region.loseData();
    }

    @Override
    public void loseGuards() {
        region.loseGuards();
    }

    @Override
    public void loseAll() {
        region.loseAll();
    }

    @Override
    public void close() {
        stores.forEach(NearStores::close);
        region.close();
    }
}
