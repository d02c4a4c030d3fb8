package io.github.hibernateredis.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.Outcomes;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.RequestGuard;
import io.github.hibernateredis.store.Snapshot;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.StoreKey;
import io.github.hibernateredis.store.TableStamps;
import io.github.hibernateredis.store.TableUpdate;
import io.github.hibernateredis.store.TestClock;
import io.github.hibernateredis.store.TransactionBegin;
import io.github.hibernateredis.store.TransactionBegun;
import io.github.hibernateredis.store.TransactionEnd;
import io.github.hibernateredis.store.WriteFailures;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The writes of a transaction are sent together, and each failure is reported for the regions that it affects. */
final class TransactionsIT {

    private static final RedisCommands REDIS = SharedRedis.connect();
    private static final byte[] VALUE = "value".getBytes(UTF_8);
    private static final int ROWS = 250;

    private final TestClock clock = new TestClock();
    private final Outcomes outcomes = new Outcomes();
    private final List<RequestKind> sent = new CopyOnWriteArrayList<>();
    private volatile Predicate<RequestKind> fails = kind -> false;

    private final RequestGuard guard = new RequestGuard() {
        @Override
        public <T extends @Nullable Object> CompletableFuture<T> send(
                RequestKind kind, String server, Supplier<CompletableFuture<T>> request) {
            sent.add(kind);
            return fails.test(kind)
                    ? CompletableFuture.failedFuture(new IllegalStateException("no answer"))
                    : request.get();
        }
    };

    private final RedisStores stores = RedisRegion.newStores(
            new RedisConnection(RedissonOfTests::client, guard), Duration.ofMinutes(1), outcomes, clock);
    private final String id = UUID.randomUUID().toString();
    private final RegionStore books = stores.region(new RegionSpec("books-" + id, Duration.ofHours(1), 0, 1));
    private final RegionStore authors = stores.region(new RegionSpec("authors-" + id, Duration.ofHours(1), 0, 4));
    private final TableStamps tables = stores.tables("tables-" + id);
    private final TableUpdate update = new TableUpdate(tables.name(), "transaction", Set.of("BOOK", "AUTHOR"));

    @BeforeEach
    void prime() {
        books.heartbeat(List.of()).join();
        authors.heartbeat(List.of()).join();
        tables.heartbeat(List.of()).join();
        sent.clear();
    }

    private static StoreKey key(RegionStore region, int row) {
        return new StoreKey(region.name(), Integer.toString(row));
    }

    private TransactionBegin begin(int rows) {
        List<TransactionBegin.Lock> locks = new ArrayList<>();
        long opened = clock.moment();
        for (int row = 0; row < rows; row++) {
            locks.add(new TransactionBegin.Lock(key(books, row), "id-" + row, opened));
            locks.add(new TransactionBegin.Lock(key(authors, row), "id-" + row, opened));
        }
        return new TransactionBegin(locks, update);
    }

    private TransactionEnd end(TransactionBegun begun) {
        List<TransactionEnd.Unlock> unlocks = new ArrayList<>();
        begun.held()
                .forEach((key, held) -> unlocks.add(new TransactionEnd.Unlock(key, "id-" + key.key(), held, VALUE)));
        long opened = clock.moment();
        return new TransactionEnd(
                unlocks,
                List.of(
                        new TransactionEnd.Insert(key(books, -1), VALUE, opened),
                        new TransactionEnd.Insert(key(authors, -1), VALUE, opened)),
                Set.of(key(books, -2), key(authors, -2)),
                update);
    }

    @Test
    void allRegionsSegmentsAndTablesAreOneRequest() {
        stores.begin(begin(1)).join(); // loads the script
        REDIS.resetStatistics();
        sent.clear();
        TransactionBegun begun = stores.begin(begin(20)).join();
        assertThat(begun.failures().isEmpty()).isTrue();
        assertThat(begun.tablesMarked()).isTrue();
        assertThat(begun.held()).hasSize(40);
        assertThat(REDIS.commandStats().get("evalsha")).isEqualTo(1);

        outcomes.take();
        assertThat(stores.end(end(begun)).join().isEmpty()).isTrue();
        assertThat(sent).containsExactly(RequestKind.WRITE, RequestKind.WRITE);
        assertThat(outcomes.take()).hasSize(42).containsOnly(PutOutcome.STORED);
        for (RegionStore region : List.of(books, authors)) {
            Map<String, Lookup> found = region.readAll(List.of("-2", "-1", "0", "19", "20"), Snapshot.LATEST)
                    .join();
            assertThat(found.get("-2")).isEqualTo(Lookup.Miss.ABSENT);
            assertThat(found.get("20")).isEqualTo(Lookup.Miss.ABSENT);
            for (String stored : List.of("-1", "0", "19")) {
                assertThat(found.get(stored)).isInstanceOfSatisfying(Lookup.Hit.class, hit -> {
                    assertThat(hit.value()).isEqualTo(VALUE);
                    assertThat(hit.remainingMillis())
                            .isBetween(1L, Duration.ofHours(1).toMillis());
                });
            }
        }
    }

    @Test
    void theValuesOfACommitHaveOneNewStamp() {
        TransactionBegun begun = stores.begin(begin(20)).join();
        Stamp before = Objects.requireNonNull(begun.held().get(key(books, 0)));
        stores.end(end(begun)).join();
        List<String> keys = new ArrayList<>();
        for (int row = 0; row < 20; row++) {
            keys.add(Integer.toString(row));
        }
        Set<Stamp> stamps = new HashSet<>();
        books.readAll(keys, Snapshot.LATEST)
                .join()
                .values()
                .forEach(lookup -> stamps.add(((Lookup.Hit) lookup).stamp()));
        assertThat(stamps)
                .singleElement()
                .satisfies(stamp -> assertThat(stamp.number()).isGreaterThan(before.number()));
    }

    @Test
    void manyKeysAreSeveralRequestsAtATime() {
        TransactionBegun begun = stores.begin(begin(ROWS)).join();
        assertThat(begun.held()).hasSize(2 * ROWS);
        assertThat(sent).hasSize(2 * ROWS / Batch.MOST_KEYS);
        sent.clear();
        assertThat(stores.end(end(begun)).join().isEmpty()).isTrue();
        assertThat(sent).hasSize(2 * ROWS / Batch.MOST_KEYS + 1);
        assertThat(outcomes.take()).hasSize(2 * ROWS + 2).containsOnly(PutOutcome.STORED);
    }

    @Test
    void manyBytesAreSeveralRequests() {
        List<TransactionEnd.Insert> inserts = new ArrayList<>();
        for (int row = 0; row < 4; row++) {
            inserts.add(new TransactionEnd.Insert(key(books, row), new byte[Batch.MOST_BYTES], clock.moment()));
        }
        assertThat(stores.end(new TransactionEnd(inserts.isEmpty() ? List.of() : List.of(), inserts, Set.of(), null))
                        .join()
                        .isEmpty())
                .isTrue();
        assertThat(sent).hasSize(4);
    }

    @Test
    void aBeginThatIsSentAgainHoldsTheSameStamps() {
        TransactionBegin begin = begin(3);
        TransactionBegun first = stores.begin(begin).join();
        books.evict("77").join(); // increases the stamps
        authors.evict("77").join();
        TransactionBegun second = stores.begin(begin).join();
        assertThat(second.held()).isEqualTo(first.held());
    }

    /** A late copy of the lock has another stamp than the confirmed one. */
    @Test
    void aValueIsStoredOnlyUnderTheConfirmedStamp() {
        TransactionBegun begun = stores.begin(begin(1)).join();
        StoreKey key = key(books, 0);
        Stamp held = begun.held().get(key);
        for (Stamp other : new Stamp[] {
            null, new Stamp(held.number() + 1, held.epoch()), new Stamp(held.number(), held.epoch() + "x")
        }) {
            stores.begin(begin(1)).join();
            outcomes.take();
            TransactionEnd.Unlock unlock = new TransactionEnd.Unlock(key, "id-0", other, VALUE);
            stores.end(new TransactionEnd(List.of(unlock), List.of(), Set.of(), null))
                    .join();
            assertThat(outcomes.take()).as("held as %s", other).containsExactly(PutOutcome.REFUSED_OLDER);
            assertThat(books.read("0", Snapshot.LATEST).join()).isEqualTo(Lookup.Miss.ABSENT);
        }
    }

    @Test
    void whatIsNotAnsweredConcernsAllInIt() {
        fails = kind -> kind == RequestKind.WRITE;
        TransactionBegun begun = stores.begin(begin(1)).join();
        assertThat(begun.held()).isEmpty();
        assertThat(begun.tablesMarked()).isFalse();
        assertThat(begun.failures().regions()).containsOnlyKeys(books.name(), authors.name());
        assertThat(begun.failures().tables()).hasMessageContaining("no answer");

        outcomes.take();
        TransactionEnd.Unlock unlock = new TransactionEnd.Unlock(key(books, 0), "id", null, VALUE);
        WriteFailures failures = stores.end(new TransactionEnd(List.of(unlock), List.of(), Set.of(), null))
                .join();
        assertThat(failures.regions()).containsOnlyKeys(books.name());
        assertThat(failures.tables()).isNull();
        assertThat(outcomes.take()).containsExactly(PutOutcome.FAILED);
    }

    @Test
    void aRegionThatIsRefusedLeavesTheOthersAlone() {
        REDIS.call("HSET", KeyLayout.place("test", books.name(), 0, 1).guards(), "s", "1:9-another");
        TransactionBegun begun = stores.begin(begin(1)).join();
        assertThat(begun.failures().regions()).containsOnlyKeys(books.name());
        assertThat(begun.failures().tables()).isNull();
        assertThat(begun.held()).containsOnlyKeys(key(authors, 0));
        WriteFailures failures = stores.end(end(begun)).join();
        assertThat(failures.regions()).containsOnlyKeys(books.name());
        assertThat(authors.read("0", Snapshot.LATEST).join()).isInstanceOf(Lookup.Hit.class);
    }

    @Test
    void anUnknownRegionIsASeparateFailure() {
        TransactionBegin begin = new TransactionBegin(
                List.of(
                        new TransactionBegin.Lock(new StoreKey("unknown", "1"), "id", clock.moment()),
                        new TransactionBegin.Lock(key(books, 1), "id", clock.moment())),
                null);
        TransactionBegun begun = stores.begin(begin).join();
        assertThat(begun.failures().regions()).containsOnlyKeys("unknown");
        assertThat(begun.held()).containsOnlyKeys(key(books, 1));
    }

    @Test
    void aReadThatFailsBypassesItsKeys() {
        fails = kind -> kind == RequestKind.READ;
        assertThat(books.readAll(List.of("1", "2"), Snapshot.LATEST).join().values())
                .allMatch(lookup -> lookup instanceof Lookup.Bypassed);
        assertThat(books.read("1", Snapshot.LATEST)).failsWithin(Duration.ofSeconds(10));
    }
}
