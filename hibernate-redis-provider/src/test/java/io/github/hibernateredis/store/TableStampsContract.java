package io.github.hibernateredis.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of every {@link TableStamps}, seen from two instances. */
public abstract class TableStampsContract {

    /** The lease of a marker. */
    public static final Duration LEASE = Duration.ofMinutes(1);

    private static final Duration ALMOST = LEASE.minusSeconds(1);
    private static final List<String> ORDERS = List.of("orders");
    private static final List<String> BOTH = List.of("orders", "lines");

    /** The stamps on two instances, and the events that can happen to them from outside. */
    public interface Fixture extends AutoCloseable {

        /** The stamps on instance 0 or 1. */
        MarkedTables node(int number);

        /** Lets that time pass for all markers. */
        void age(Duration by);

        /** From now on the server's clock is an hour behind the issued stamps. */
        void letStampsRunAhead();

        /** Loses all state. */
        void lose();

        @Override
        void close();
    }

    private TestClock clock;
    private Fixture fixture;
    private MarkedTables node;
    private MarkedTables far;

    /** New, unused stamps. */
    protected abstract Fixture newTables(TestClock clock);

    @BeforeEach
    final void prime() {
        clock = new TestClock();
        fixture = newTables(clock);
        node = fixture.node(0);
        far = fixture.node(1);
    }

    @AfterEach
    final void close() {
        fixture.close();
    }

    @Test
    void nothingIsKnownBeforeTheFirstReply() {
        assertThat(node.asOf(clock.moment())).isNull();
        long before = clock.moment();
        heartbeat();
        assertThat(node.asOf(before)).isNull();
        assertThat(node.asOf(clock.moment())).isNotNull();
    }

    @Test
    void aResultOfAnUnwrittenTableIsCurrent() {
        Stamp result = result();

        assertThat(isCurrent(ORDERS, result)).isTrue();
        assertThat(await(far.isCurrent(BOTH, result))).isTrue();
        assertThat(isCurrent(List.of(), result)).isTrue();
    }

    @Test
    void noResultIsCurrentWhileAnUpdateIsInProgress() {
        Stamp before = result();
        await(far.begin("a", ORDERS));
        Stamp during = result();

        assertThat(isCurrent(ORDERS, before)).isFalse();
        assertThat(isCurrent(ORDERS, during)).isFalse();
        assertThat(isCurrent(BOTH, during)).isFalse();
        assertThat(isCurrent(List.of("lines"), during)).isTrue();
    }

    @Test
    void anEndOutdatesWhatIsFromBefore() {
        Stamp before = result();
        await(far.begin("a", ORDERS));
        Stamp during = result();
        await(far.end("a", ORDERS));

        assertThat(isCurrent(ORDERS, before)).isFalse();
        assertThat(isCurrent(ORDERS, during)).isFalse();
        assertThat(isCurrent(List.of("lines"), before)).isTrue();
        assertThat(isCurrent(ORDERS, result())).isTrue();
    }

    @Test
    void aSessionWhoseNodeHadNotHeardOfTheEndHasAnOlderStamp() {
        heartbeat();
        await(far.end("a", ORDERS));
        Stamp unaware = Objects.requireNonNull(node.asOf(clock.moment()));

        assertThat(isCurrent(ORDERS, unaware)).isFalse();
        assertThat(isCurrent(ORDERS, Objects.requireNonNull(node.asOf(clock.moment()))))
                .as("the check has brought the newest stamp")
                .isTrue();
    }

    @Test
    void anEndCountsThoughTheBeginWasLost() {
        Stamp before = result();
        await(far.end("a", BOTH));

        assertThat(isCurrent(ORDERS, before)).isFalse();
        assertThat(isCurrent(List.of("lines"), before)).isFalse();
    }

    @Test
    void aTableIsBeingWrittenUntilItsLastHolderEnds() {
        await(node.begin("a", ORDERS));
        await(far.begin("b", ORDERS));
        await(node.end("a", ORDERS));
        assertThat(isCurrent(ORDERS, result())).isFalse();

        await(far.end("b", ORDERS));
        assertThat(isCurrent(ORDERS, result())).isTrue();
    }

    /** The ids of some are a part of those of others. */
    @Test
    void manyHoldersEndInAnyOrder() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 130; i++) {
            ids.add(String.valueOf(i));
            await((i % 2 == 0 ? node : far).begin(String.valueOf(i), ORDERS));
        }
        Collections.shuffle(ids, new Random(7));
        for (String id : ids) {
            assertThat(isCurrent(ORDERS, result())).as("before %s ends", id).isFalse();
            await((Integer.parseInt(id) % 2 == 0 ? node : far).end(id, ORDERS));
        }
        assertThat(isCurrent(ORDERS, result())).isTrue();
    }

    @Test
    void aHolderThatBeginsTwiceEndsOnce() {
        await(node.begin("a", ORDERS));
        await(node.begin("a", BOTH));
        await(node.end("a", BOTH));

        assertThat(isCurrent(BOTH, result())).isTrue();
    }

    @Test
    void aHolderThatBeginsAgainGetsANewLease() {
        await(node.begin("a", ORDERS));
        fixture.age(ALMOST);
        await(node.begin("a", ORDERS));
        fixture.age(ALMOST);
        Stamp result = result();
        assertThat(isCurrent(ORDERS, result)).isFalse();
        assertThat(isCurrent(ORDERS, result())).isFalse();
    }

    @Test
    void anExpiredHolderMeansStaleAndIsResolvedIntoAnUpdate() {
        Stamp before = result();
        await(far.begin("a", ORDERS));
        fixture.age(LEASE);
        Stamp unresolved = result();
        assertThat(isCurrent(ORDERS, unresolved)).isFalse();
        heartbeat();

        assertThat(isCurrent(ORDERS, before)).isFalse();
        assertThat(isCurrent(ORDERS, unresolved)).isFalse();
        assertThat(isCurrent(ORDERS, result())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"begin", "end"})
    void anExpiredHolderIsResolvedByTheNextOneToo(String next) {
        await(far.begin("a", ORDERS));
        fixture.age(LEASE);
        Stamp unresolved = result();
        if (next.equals("begin")) {
            await(node.begin("b", ORDERS));
            await(node.end("b", ORDERS));
        } else {
            await(node.end("a", ORDERS));
        }

        assertThat(isCurrent(ORDERS, unresolved)).isFalse();
        assertThat(isCurrent(ORDERS, result())).isTrue();
    }

    @Test
    void aClearOutdatesEveryResultAndKeepsMarkers() {
        Stamp before = result();
        await(far.begin("a", List.of("lines")));
        await(far.clear());

        assertThat(isCurrent(ORDERS, before)).isFalse();
        assertThat(isCurrent(ORDERS, result())).isTrue();
        assertThat(isCurrent(List.of("lines"), result())).isFalse();
    }

    @Test
    void aHeartbeatRenewsTheMarkersThatItNames() {
        await(node.begin("a", ORDERS));
        await(node.begin("b", List.of("lines")));
        fixture.age(ALMOST);
        await(node.heartbeat(List.of(node.update("a", ORDERS))));
        fixture.age(ALMOST);
        isCurrent(BOTH, result());
        heartbeat();

        assertThat(isCurrent(ORDERS, result())).isFalse();
        assertThat(isCurrent(List.of("lines"), result())).isTrue();
    }

    @Test
    void aHeartbeatKeepsTheMarkersOfOthers() {
        await(node.begin("a", ORDERS));
        await(far.begin("b", ORDERS));
        await(node.heartbeat(List.of(node.update("a", ORDERS))));
        await(node.end("a", ORDERS));
        assertThat(isCurrent(ORDERS, result())).isFalse();

        await(far.end("b", ORDERS));
        assertThat(isCurrent(ORDERS, result())).isTrue();
    }

    @Test
    void aHeartbeatNeverAnnouncesAgain() {
        await(node.begin("a", BOTH));
        await(node.end("a", BOTH));
        await(node.heartbeat(List.of(node.update("a", BOTH))));
        assertThat(isCurrent(BOTH, result())).isTrue();

        await(node.begin("a", BOTH));
        fixture.age(LEASE);
        await(node.heartbeat(List.of(node.update("a", BOTH))));
        assertThat(isCurrent(BOTH, result())).isTrue();
    }

    @Test
    void aLossOutdatesEveryResult() {
        Stamp before = result();
        fixture.lose();
        assertThat(isCurrent(ORDERS, before)).isFalse();
        Stamp unaware = Objects.requireNonNull(node.asOf(clock.moment()));
        assertThat(isCurrent(ORDERS, unaware)).isFalse();
        heartbeat();

        assertThat(isCurrent(ORDERS, before)).isFalse();
        assertThat(isCurrent(ORDERS, result())).isTrue();
    }

    @Test
    void noResultOfAnEarlierLifeIsCurrentThoughTheClockIsBehind() {
        heartbeat();
        fixture.letStampsRunAhead();
        Stamp before = result();
        assertThat(isCurrent(ORDERS, before)).isTrue();
        fixture.lose();
        heartbeat();
        assertThat(isCurrent(ORDERS, before)).isFalse();
        await(far.end("a", ORDERS));
        assertThat(isCurrent(ORDERS, before)).isFalse();
    }

    @Test
    void stampsGoOnIncreasingThoughTheClockIsBehind() {
        heartbeat();
        fixture.letStampsRunAhead();
        Stamp before = result();
        await(far.end("a", ORDERS));

        assertThat(isCurrent(ORDERS, before)).isFalse();
        assertThat(isCurrent(ORDERS, result())).isTrue();
    }

    @Test
    void theEndOfALostMarkerOutdatesWhatWasReadSinceTheLoss() {
        await(node.begin("a", ORDERS));
        fixture.lose();
        heartbeat();
        Stamp since = result();
        assertThat(isCurrent(ORDERS, since)).isTrue();
        await(node.end("a", ORDERS));

        assertThat(isCurrent(ORDERS, since)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"s", "v", "", "public.orders", "a b", "a:1|b:2", "bücher", "鍵"})
    void anyTableNameWillDo(String table) {
        List<String> tables = List.of(table);
        Stamp before = result();
        await(node.begin("a", tables));
        assertThat(isCurrent(tables, result())).isFalse();
        await(node.end("a", tables));

        assertThat(isCurrent(tables, before)).isFalse();
        assertThat(isCurrent(tables, result())).isTrue();
        assertThat(isCurrent(List.of("other"), before)).isTrue();
    }

    @Test
    void everyOperationBearsALoss() {
        Stamp result = result();
        List<Runnable> operations = List.of(
                () -> await(node.begin("a", BOTH)),
                () -> await(node.end("a", BOTH)),
                () -> isCurrent(BOTH, result),
                () -> await(node.clear()),
                () -> await(node.heartbeat(List.of(node.update("a", BOTH)))));
        for (Runnable operation : operations) {
            fixture.lose();
            operation.run();
        }
        heartbeat();
        assertThat(isCurrent(BOTH, result())).isTrue();
    }

    /** The stamp of a result of a session that opens when both instances have the newest stamp. */
    private Stamp result() {
        heartbeat();
        return Objects.requireNonNull(node.asOf(clock.moment()));
    }

    private void heartbeat() {
        await(node.heartbeat(List.of()));
        await(far.heartbeat(List.of()));
    }

    private boolean isCurrent(List<String> tables, Stamp result) {
        return await(node.isCurrent(tables, result));
    }

    protected static <T extends @Nullable Object> T await(CompletableFuture<T> future) {
        return future.orTimeout(10, TimeUnit.SECONDS).join();
    }
}
