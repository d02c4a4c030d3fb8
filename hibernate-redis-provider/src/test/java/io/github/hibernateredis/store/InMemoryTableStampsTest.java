package io.github.hibernateredis.store;

import java.time.Duration;
import java.util.List;

/** The model keeps the contract. */
final class InMemoryTableStampsTest extends TableStampsContract {

    @Override
    protected Fixture newTables(TestClock clock) {
        InMemoryTableStamps.Tables tables = new InMemoryTableStamps.Tables(LEASE.toMillis());
        List<TableStamps> nodes =
                List.of(new InMemoryTableStamps(tables, clock), new InMemoryTableStamps(tables, clock));
        return new Fixture() {
            @Override
            public TableStamps node(int number) {
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
}
