package io.github.hibernateredis.store;

import io.github.hibernateredis.events.CacheListener;
import java.time.Duration;
import java.util.List;

/** The model keeps the contract. */
final class InMemoryTableStampsTest extends TableStampsContract {

    @Override
    protected Fixture newTables(TestClock clock) {
        InMemoryTableStamps.Tables tables = new InMemoryTableStamps.Tables(LEASE.toMillis());
        List<MarkedTables> nodes = List.of(newNode(tables, clock), newNode(tables, clock));
        return new Fixture() {
            @Override
            public MarkedTables node(int number) {
                return nodes.get(number);
            }

            @Override
            public void age(Duration by) {
                tables.age(by.toMillis());
            }

            @Override
            public void letStampsRunAhead() {
                tables.runAhead(Duration.ofHours(1).toMillis());
            }

            @Override
            public void lose() {
                tables.lose();
            }

            @Override
            public void close() {}
        };
    }

    private static MarkedTables newNode(InMemoryTableStamps.Tables tables, TestClock clock) {
        InMemoryStores stores =
                new InMemoryStores(new InMemoryStores.Side(LEASE.toMillis()), clock, CacheListener.NONE);
        return new MarkedTables(stores, stores.tables("tables", tables));
    }
}
