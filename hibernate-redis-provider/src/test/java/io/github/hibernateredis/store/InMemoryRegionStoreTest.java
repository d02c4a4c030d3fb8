package io.github.hibernateredis.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The model keeps the contract. */
final class InMemoryRegionStoreTest extends RegionStoreContract {

    @Override
    protected RegionFixture newRegion(TestClock clock) {
        return new InMemoryRegion(clock, false);
    }

    @Test
    void theClockEndsLocksAndItems() {
        TestClock clock = new TestClock();
        InMemoryRegionStore.Segment segment = new InMemoryRegionStore.Segment(1000, 5000, false);
        Outcomes outcomes = new Outcomes();
        InMemoryStores stores = new InMemoryStores(new InMemoryStores.Side(1000), clock, outcomes);
        KeyedRegion store = new KeyedRegion(stores, stores.region("region", segment), outcomes);
        store.lock("1", "l", 0).join();
        segment.advance(1000);
        assertThat(store.put("1", bytes("a"), clock.moment()).join()).isFalse();
        assertThat(store.put("1", bytes("a"), clock.moment()).join()).isTrue();

        segment.advance(5000);
        assertThat(store.get("1").join()).isNull();
    }
}
