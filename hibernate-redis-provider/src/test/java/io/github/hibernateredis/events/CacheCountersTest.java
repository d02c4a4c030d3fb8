package io.github.hibernateredis.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CacheCountersTest {

    private final CacheCounters counters = new CacheCounters();

    @Test
    void eachRegionHasCountsOfItsOwn() {
        counters.hit("books");
        counters.hit("books");
        counters.miss("books", MissReason.EXPIRED);
        counters.bypassed("books", BypassReason.OVERLOAD);
        counters.put("books", PutOutcome.STORED);
        counters.evicted("books");
        counters.cleared("books");
        counters.decodeFailed("books", "1");
        counters.hit("authors");
        counters.put("authors", PutOutcome.SHED);
        CacheCounters.Region books = counters.region("books");
        assertThat(books.hits()).isEqualTo(2);
        assertThat(books.misses()).containsEntry(MissReason.EXPIRED, 1L).containsEntry(MissReason.ABSENT, 0L);
        assertThat(books.bypasses()).containsEntry(BypassReason.OVERLOAD, 1L);
        assertThat(books.puts()).containsEntry(PutOutcome.STORED, 1L).containsEntry(PutOutcome.SHED, 0L);
        assertThat(books.evictions()).isEqualTo(1);
        assertThat(books.clears()).isEqualTo(1);
        assertThat(books.decodeFailures()).isEqualTo(1);
        assertThat(counters.snapshot().regions())
                .containsOnlyKeys("authors", "books")
                .containsEntry("books", books);
        CacheCounters.Region total = counters.snapshot().total();
        assertThat(total.hits()).isEqualTo(3);
        assertThat(total.puts()).containsEntry(PutOutcome.STORED, 1L).containsEntry(PutOutcome.SHED, 1L);
        assertThat(counters.region("unknown").hits()).isZero();
    }

    @Test
    void requestsAreCountedByKindAndOutcome() {
        counters.request(RequestKind.READ, RequestOutcome.ANSWERED, 1000);
        counters.request(RequestKind.READ, RequestOutcome.TIMED_OUT, 1000);
        counters.request(RequestKind.WRITE, RequestOutcome.ANSWERED, 1000);
        counters.heartbeat(1000, false);
        counters.heartbeat(1000, true);
        CacheCounters.Snapshot snapshot = counters.snapshot();
        assertThat(snapshot.requests().get(RequestKind.READ))
                .containsEntry(RequestOutcome.ANSWERED, 1L)
                .containsEntry(RequestOutcome.TIMED_OUT, 1L);
        assertThat(snapshot.requests().get(RequestKind.WRITE)).containsEntry(RequestOutcome.ANSWERED, 1L);
        assertThat(snapshot.heartbeats()).isEqualTo(2);
        assertThat(snapshot.lateHeartbeats()).isEqualTo(1);
    }

    /** Failed probes while the breaker is open do not count. */
    @Test
    void eachOutageIsCountedOnce() {
        counters.breakerChanged(BreakerState.CLOSED, BreakerState.OPEN, null);
        counters.breakerChanged(BreakerState.OPEN, BreakerState.HALF_OPEN, null);
        counters.breakerChanged(BreakerState.HALF_OPEN, BreakerState.OPEN, null);
        assertThat(counters.snapshot().breakerOpenings()).isEqualTo(1);
    }
}
