package io.github.hibernateredis.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.NotConnectedException;
import io.github.hibernateredis.store.OverloadedException;
import io.github.hibernateredis.store.Put;
import io.github.hibernateredis.store.RegionSize;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Snapshot;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.StoreKey;
import io.github.hibernateredis.store.TableStamps;
import io.github.hibernateredis.store.TableStates;
import io.github.hibernateredis.store.TableUpdate;
import io.github.hibernateredis.store.TransactionBegin;
import io.github.hibernateredis.store.TransactionBegun;
import io.github.hibernateredis.store.TransactionEnd;
import io.github.hibernateredis.store.UnavailableException;
import io.github.hibernateredis.store.WriteFailures;
import io.github.hibernateredis.testing.LoggedLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ResilientStoresTest implements CacheListener {

    private static final Duration TIMEOUT = Duration.ofMillis(200);
    private static final RuntimeException LOST = new IllegalStateException("lost");
    private static final Stamp STAMP = new Stamp(1, "epoch");
    private static final TableUpdate UPDATE = new TableUpdate("tables", "id", Set.of("Book"));
    private static final Put PUT = new Put("1", new byte[0], 0, Put.Mode.ADD);

    private final ManualClock clock = new ManualClock();
    private final List<String> events = new ArrayList<>();
    private final UnsteadyStores redis = new UnsteadyStores();
    private final GuardedClient client =
            new GuardedClient(TIMEOUT, redis::isRefusal, CacheListener.NONE, Runnable::run, clock);
    private final ResilientStores stores = new ResilientStores(redis, client, this);
    private final RegionStore books = stores.region(new RegionSpec("books", Duration.ofHours(1), 0, 1));
    private final RegionStore authors = stores.region(new RegionSpec("authors", Duration.ofHours(1), 0, 1));
    private final TableStamps tables = stores.tables("tables");

    @Override
    public void invalidationPending(String owner, String operation, Throwable failure) {
        events.add(owner + " pending after " + operation + ": " + failure.getMessage());
    }

    @Override
    public void invalidationFlushed(String owner) {
        events.add(owner + " flushed");
    }

    @BeforeEach
    void isConnectedAndValidated() {
        client.send(
                RequestKind.HEARTBEAT,
                "server",
                () -> CompletableFuture.failedFuture(new NotConnectedException("not yet")));
        assertThat(books.bypassed()).isEqualTo(BypassReason.NOT_CONNECTED);
        client.send(RequestKind.HEARTBEAT, "server", () -> CompletableFuture.completedFuture(null));
        assertThat(books.bypassed()).isEqualTo(BypassReason.UNCONFIRMED_SERVER);
        beat();
        assertThat(books.bypassed()).isNull();
        redis.sent.clear();
    }

    private void beat() {
        books.heartbeat(List.of()).join();
        authors.heartbeat(List.of()).join();
        tables.heartbeat(List.of()).join();
    }

    private Lookup read() {
        return books.read("1", Snapshot.LATEST).join();
    }

    private static Lookup bypassed(BypassReason reason) {
        return new Lookup.Bypassed(reason);
    }

    private void makePending() {
        redis.failure = LOST;
        books.evict("1").join();
        tables.clear().join();
        redis.failure = null;
        redis.sent.clear();
    }

    private static TransactionBegin locking(String... regions) {
        return new TransactionBegin(
                Arrays.stream(regions)
                        .map(region -> new TransactionBegin.Lock(new StoreKey(region, "1"), "id", 0))
                        .toList(),
                null);
    }

    private static TransactionEnd ending(
            Set<String> unlocked, Set<String> inserted, Set<String> evicted, @Nullable TableUpdate update) {
        return new TransactionEnd(
                each(unlocked, key -> new TransactionEnd.Unlock(key, "id", STAMP, null)),
                each(inserted, key -> new TransactionEnd.Insert(key, new byte[0], 0)),
                Set.copyOf(each(evicted, key -> key)),
                update);
    }

    private static <T> List<T> each(Set<String> regions, Function<StoreKey, T> part) {
        return regions.stream()
                .map(region -> part.apply(new StoreKey(region, "1")))
                .toList();
    }

    // Reads

    @Test
    void whatIsThereIsFound() {
        assertThat(read()).isSameAs(UnsteadyStores.HIT);
        assertThat(books.readAll(List.of("1", "2"), Snapshot.LATEST).join())
                .containsExactlyInAnyOrderEntriesOf(Map.of("1", UnsteadyStores.HIT, "2", Lookup.Miss.ABSENT));
        assertThat(tables.isCurrent(Set.of("Book"), STAMP).join()).isTrue();
    }

    @Test
    void aReadThatFailsSaysWhy() {
        redis.failure = new TimeoutFailure();
        assertThat(read()).isEqualTo(bypassed(BypassReason.OUTAGE));
        redis.failure = new UnavailableException("open");
        assertThat(read()).isEqualTo(bypassed(BypassReason.OUTAGE));
        redis.failure = new OverloadedException("no place");
        assertThat(read()).isEqualTo(bypassed(BypassReason.OVERLOAD));
        redis.failure = new NotConnectedException("not yet");
        assertThat(read()).isEqualTo(bypassed(BypassReason.NOT_CONNECTED));
        redis.failure = new UnsteadyStores.Refusal();
        assertThat(read()).isEqualTo(bypassed(BypassReason.REFUSED));
        assertThat(books.readAll(List.of("1", "2"), Snapshot.LATEST).join())
                .hasSize(2)
                .allSatisfy((key, lookup) -> assertThat(lookup).isEqualTo(bypassed(BypassReason.REFUSED)));
        assertThat(tables.isCurrent(Set.of("Book"), STAMP).join()).isFalse();
    }

    private static final class TimeoutFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TimeoutFailure() {
            super(new TimeoutException());
        }
    }

    @Test
    void nothingIsReadWhileAnInvalidationIsPending() {
        makePending();
        assertThat(read()).isEqualTo(bypassed(BypassReason.INVALIDATION_PENDING));
        assertThat(books.readAll(List.of("1"), Snapshot.LATEST).join())
                .isEqualTo(Map.of("1", bypassed(BypassReason.INVALIDATION_PENDING)));
        assertThat(tables.isCurrent(Set.of("Book"), STAMP).join()).isFalse();
        assertThat(redis.sent).isEmpty();
        assertThat(authors.bypassed()).isNull();
    }

    @Test
    void nothingIsReadFromAServerThatIsNotValidated() {
        redis.connectionChanges++;
        assertThat(read()).isEqualTo(bypassed(BypassReason.UNCONFIRMED_SERVER));
        assertThat(tables.isCurrent(Set.of("Book"), STAMP).join()).isFalse();
        assertThat(redis.sent).isEmpty();
        beat();
        assertThat(read()).isSameAs(UnsteadyStores.HIT);
    }

    @Test
    void nothingIsReadFromAServerThatRefusesHeartbeats() {
        redis.failure = new UnsteadyStores.Refusal();
        beat();
        redis.failure = null;
        assertThat(read()).isEqualTo(bypassed(BypassReason.REFUSED));
    }

    @Test
    void nothingIsReadInAnOutage() {
        for (int i = 0; i < 2; i++) {
            clock.pass(CircuitBreaker.SILENCE);
            client.send(RequestKind.READ, "server", () -> CompletableFuture.failedFuture(LOST));
        }
        assertThat(read()).isEqualTo(bypassed(BypassReason.OUTAGE));
        assertThat(redis.sent).isEmpty();
    }

    // The second look

    private Lookup readWhile(Runnable event) {
        CompletableFuture<Lookup> reply = new CompletableFuture<>();
        redis.scripted.put("books read", reply);
        CompletableFuture<Lookup> read = books.read("1", Snapshot.LATEST);
        event.run();
        reply.complete(UnsteadyStores.HIT);
        return read.join();
    }

    private Map<String, Lookup> readAllWhile(Runnable event) {
        CompletableFuture<Map<String, Lookup>> reply = new CompletableFuture<>();
        redis.scripted.put("books readAll", reply);
        CompletableFuture<Map<String, Lookup>> read = books.readAll(List.of("1", "2"), Snapshot.LATEST);
        event.run();
        reply.complete(Map.of("1", UnsteadyStores.HIT, "2", Lookup.Miss.ABSENT));
        return read.join();
    }

    private boolean isCurrentWhile(Runnable event) {
        CompletableFuture<TableStates> reply = new CompletableFuture<>();
        redis.scripted.put("tables read", reply);
        CompletableFuture<Boolean> isCurrent = tables.isCurrent(Set.of("Book"), STAMP);
        event.run();
        reply.complete(UnsteadyStores.STATES);
        return isCurrent.join();
    }

    /** The entry that arrives may be the one that the write was meant to drop. */
    @Test
    void aHitThatArrivesAfterAWriteCouldNotBeConfirmedIsNotUsed() {
        assertThat(readWhile(this::makePending)).isEqualTo(bypassed(BypassReason.INVALIDATION_PENDING));
        beat();
        assertThat(readAllWhile(this::makePending))
                .isEqualTo(Map.of("1", bypassed(BypassReason.INVALIDATION_PENDING), "2", Lookup.Miss.ABSENT));
        beat();
        assertThat(isCurrentWhile(this::makePending)).isFalse();
    }

    /** The server that answers may be another one, with older data. */
    @Test
    void aHitThatArrivesAfterAChangeOfConnectionsIsNotUsed() {
        assertThat(readWhile(() -> redis.connectionChanges++)).isEqualTo(bypassed(BypassReason.UNCONFIRMED_SERVER));
        beat();
        assertThat(readAllWhile(() -> redis.connectionChanges++))
                .isEqualTo(Map.of("1", bypassed(BypassReason.UNCONFIRMED_SERVER), "2", Lookup.Miss.ABSENT));
        beat();
        assertThat(isCurrentWhile(() -> redis.connectionChanges++)).isFalse();
    }

    /** The heartbeat validated the current connections, not the connection of the earlier reply. */
    @Test
    void aHeartbeatInBetweenDoesNotMakeTheReplyUsable() {
        assertThat(readWhile(() -> {
                    redis.connectionChanges++;
                    beat();
                }))
                .isEqualTo(bypassed(BypassReason.UNCONFIRMED_SERVER));
        assertThat(isCurrentWhile(() -> {
                    redis.connectionChanges++;
                    beat();
                }))
                .isFalse();
    }

    @Test
    void aHitThatArrivesWhenNothingHasHappenedIsUsed() {
        assertThat(readWhile(() -> {})).isSameAs(UnsteadyStores.HIT);
        assertThat(isCurrentWhile(() -> {})).isTrue();
    }

    // Puts

    @Test
    void aPutNeverFails() {
        assertThat(books.put(PUT).join()).isEqualTo(PutOutcome.STORED);
        redis.failure = LOST;
        assertThat(books.put(PUT).join()).isEqualTo(PutOutcome.FAILED);
        redis.failure = new OverloadedException("no place");
        assertThat(books.put(PUT).join()).isEqualTo(PutOutcome.SHED);
        assertThat(events).isEmpty();
    }

    @Test
    void aLoadIsNotSentWhileTheRegionIsBypassed() {
        redis.connectionChanges++;
        assertThat(books.put(PUT).join()).isEqualTo(PutOutcome.BYPASSED);
        beat();
        makePending();
        assertThat(books.put(PUT).join()).isEqualTo(PutOutcome.BYPASSED);
        assertThat(redis.sent).doesNotContain("books put");
    }

    // Writes

    @ParameterizedTest
    @ValueSource(strings = {"evict", "clear", "lockRegion", "unlockRegion"})
    void aWriteThatIsNotConfirmedMakesTheRegionPending(String operation) {
        redis.scripted.put("books " + operation, CompletableFuture.failedFuture(LOST));
        boolean isLocked = switch (operation) {
            case "evict" -> books.evict("1").thenApply(done -> true).join();
            case "clear" -> books.clear().thenApply(done -> true).join();
            case "lockRegion" -> books.lockRegion("id").join();
            default -> books.unlockRegion("id").thenApply(done -> true).join();
        };
        assertThat(isLocked).isEqualTo(!operation.equals("lockRegion"));
        assertThat(books.bypassed()).isEqualTo(BypassReason.INVALIDATION_PENDING);
        assertThat(stores.status().pendingInvalidations()).containsExactly("books");
        assertThat(stores.status().bypassed()).containsEntry("books", BypassReason.INVALIDATION_PENDING);
        assertThat(events).singleElement().asString().contains("books", "lost");
    }

    @Test
    void whatDropsNothingMakesNothingPending() {
        redis.failure = LOST;
        books.discard("1").join();
        assertThat(books.size().join()).isEqualTo(new RegionSize(-1, -1));
        assertThat(books.bypassed()).isNull();
    }

    @Test
    void aLockThatIsNotConfirmedMakesItsRegionPending() {
        redis.writeFailures = new WriteFailures(Map.of("books", LOST), null);
        TransactionBegun begun = stores.begin(locking("books", "authors")).join();
        assertThat(begun.failures().regions()).containsOnlyKeys("books");
        assertThat(stores.status().pendingInvalidations()).containsExactly("books");
    }

    @Test
    void aTableUpdateThatIsNotConfirmedMakesTheTableStampsPending() {
        redis.writeFailures = new WriteFailures(Map.of(), LOST);
        assertThat(stores.begin(new TransactionBegin(List.of(), UPDATE)).join().tablesMarked())
                .isFalse();
        assertThat(stores.status().pendingInvalidations()).containsExactly("tables");
        beat();
        stores.end(ending(Set.of(), Set.of(), Set.of(), UPDATE)).join();
        assertThat(stores.status().pendingInvalidations()).containsExactly("tables");
    }

    @Test
    void anEndThatIsNotConfirmedMakesItsRegionsPending() {
        redis.writeFailures = new WriteFailures(Map.of("books", LOST, "authors", LOST), null);
        stores.end(ending(Set.of("books"), Set.of(), Set.of("authors"), null)).join();
        assertThat(stores.status().pendingInvalidations()).containsExactly("authors", "books");
    }

    /** No instance can hold an older value of a row that did not exist. */
    @Test
    void anInsertThatIsNotConfirmedMakesNothingPending() {
        redis.writeFailures = new WriteFailures(Map.of("books", LOST, "authors", LOST), null);
        stores.end(ending(Set.of("authors"), Set.of("books", "authors"), Set.of(), null))
                .join();
        assertThat(stores.status().pendingInvalidations()).containsExactly("authors");
    }

    @Test
    void aTransactionWhoseRequestFailsAsAWholeMakesEverythingPendingThatItWrote() {
        redis.failure = LOST;
        TransactionBegun begun = stores.begin(
                        new TransactionBegin(locking("books").locks(), UPDATE))
                .join();
        assertThat(begun.held()).isEmpty();
        assertThat(begun.tablesMarked()).isFalse();
        assertThat(begun.failures()).isEqualTo(new WriteFailures(Map.of("books", LOST), LOST));
        assertThat(stores.status().pendingInvalidations()).containsExactly("books", "tables");
        redis.failure = null;
        beat();
        redis.failure = LOST;
        assertThat(stores.end(ending(Set.of("books"), Set.of("authors"), Set.of(), UPDATE))
                        .join())
                .isEqualTo(new WriteFailures(Map.of("books", LOST, "authors", LOST), LOST));
        assertThat(stores.status().pendingInvalidations()).containsExactly("books", "tables");
    }

    @Test
    void aFailureInAnUnknownRegionMakesEverythingPending() {
        redis.writeFailures = new WriteFailures(Map.of("unknown", LOST), null);
        stores.begin(locking("unknown")).join();
        assertThat(stores.status().pendingInvalidations()).containsExactly("authors", "books", "tables");
    }

    // Flushing

    @Test
    void whatIsPendingIsFlushedAfterTheHeartbeat() {
        makePending();
        assertThat(stores.status().pendingInvalidations()).containsExactly("books", "tables");
        events.clear();
        beat();
        assertThat(redis.sent)
                .containsExactly(
                        "books heartbeat", "books clear", "authors heartbeat", "tables heartbeat", "tables clear");
        assertThat(events).containsExactly("books flushed", "tables flushed");
        assertThat(read()).isSameAs(UnsteadyStores.HIT);
    }

    @Test
    void whatIsPendingStaysSoWhereTheHeartbeatOrTheInvalidationFails() {
        makePending();
        redis.failure = LOST;
        beat();
        assertThat(redis.sent).doesNotContain("books clear");
        redis.failure = null;
        redis.scripted.put("books clear", CompletableFuture.failedFuture(LOST));
        beat();
        assertThat(redis.sent).contains("books clear");
        assertThat(books.bypassed()).isEqualTo(BypassReason.INVALIDATION_PENDING);
    }

    /** A write that is not confirmed meanwhile may arrive after the invalidation. */
    @Test
    void anInvalidationMakesUpOnlyForWhatWasPendingWhenItWasSent() {
        makePending();
        CompletableFuture<Void> reply = new CompletableFuture<>();
        redis.scripted.put("books clear", reply);
        CompletableFuture<Void> heartbeat = books.heartbeat(List.of());
        redis.scripted.put("books evict", CompletableFuture.failedFuture(LOST));
        books.evict("2").join();
        reply.complete(null);
        heartbeat.join();
        assertThat(books.bypassed()).isEqualTo(BypassReason.INVALIDATION_PENDING);
        assertThat(events).doesNotContain("books flushed");
        beat();
        assertThat(books.bypassed()).isNull();
        assertThat(events).contains("books flushed");
    }

    // Validation

    @Test
    void aHeartbeatThatFailsLeavesTheValidationAsItWas() {
        redis.failure = LOST;
        beat();
        redis.failure = null;
        assertThat(books.bypassed()).isNull();
    }

    @Test
    void aHeartbeatOverWhichConnectionsChangeIsRepeated() {
        CompletableFuture<Void> reply = new CompletableFuture<>();
        redis.scripted.put("books heartbeat", reply);
        CompletableFuture<Void> heartbeat = books.heartbeat(List.of());
        redis.connectionChanges++;
        redis.scripted.clear();
        reply.complete(null);
        heartbeat.join();
        assertThat(redis.sent).containsExactly("books heartbeat", "books heartbeat");
        assertThat(books.bypassed()).isNull();
    }

    // The end

    private List<String> warningsOfClosing() {
        try (LoggedLines log = new LoggedLines()) {
            stores.close();
            return log.warnings();
        }
    }

    @Test
    void whatIsPendingIsFlushedAtTheEnd() {
        makePending();
        List<String> warnings = warningsOfClosing();
        assertThat(redis.sent).containsExactlyInAnyOrder("books clear", "tables clear", "closed");
        assertThat(redis.sent).endsWith("closed");
        assertThat(warnings).isEmpty();
    }

    @Test
    void whatCannotBeFlushedAtTheEndIsLogged() {
        makePending();
        redis.failure = LOST;
        assertThat(warningsOfClosing())
                .singleElement()
                .asString()
                .contains("HRP-107", "books, tables")
                .doesNotContain("authors");
        assertThat(redis.sent).contains("closed");
    }

    @Test
    void nothingIsSentAtTheEndWhereNothingIsPending() {
        assertThat(warningsOfClosing()).isEmpty();
        assertThat(redis.sent).containsExactly("closed");
    }
}
