package io.github.hibernateredis.resilience;

import static io.github.hibernateredis.events.RequestKind.HEARTBEAT;
import static io.github.hibernateredis.events.RequestKind.PUT;
import static io.github.hibernateredis.events.RequestKind.READ;
import static io.github.hibernateredis.events.RequestKind.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.store.OverloadedException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class BulkheadTest implements GuardedRequest.Observer {

    private static final int MANY = 30_000;
    private static final Duration TIMEOUT = Duration.ofMillis(200);

    private final ManualClock clock = new ManualClock();
    private final Bulkhead bulkhead = new Bulkhead(TIMEOUT.toNanos());
    private final Queue<CompletableFuture<Integer>> atTheClient = new ArrayDeque<>();
    private final List<Integer> order = new ArrayList<>();

    private GuardedRequest<Integer> send(RequestKind kind, Supplier<CompletableFuture<Integer>> sender) {
        GuardedRequest<Integer> request = new GuardedRequest<>(kind, sender, this, false, false);
        bulkhead.send(request);
        return request;
    }

    private GuardedRequest<Integer> send(RequestKind kind, int number) {
        return send(kind, () -> {
            order.add(number);
            CompletableFuture<Integer> answer = new CompletableFuture<>();
            atTheClient.add(answer);
            return answer;
        });
    }

    private void fill() {
        for (int i = 0; i < Bulkhead.PLACES; i++) {
            send(READ, i);
        }
    }

    private void answerOldest() {
        atTheClient.remove().complete(0);
    }

    private List<Integer> orderAfter(int first) {
        return order.subList(first, order.size());
    }

    @Test
    void theClientHasOnlySoManyAtATime() {
        List<GuardedRequest<Integer>> requests = new ArrayList<>();
        for (int i = 0; i < 3 * Bulkhead.PLACES; i++) {
            requests.add(send(READ, i));
        }
        assertThat(bulkhead.underWay()).isEqualTo(Bulkhead.PLACES);
        assertThat(bulkhead.waiting()).isEqualTo(2 * Bulkhead.PLACES);
        for (int i = 0; i < 3 * Bulkhead.PLACES; i++) {
            assertThat(atTheClient).hasSize(Math.min(Bulkhead.PLACES, 3 * Bulkhead.PLACES - i));
            answerOldest();
            assertThat(requests.get(i).answer()).isCompleted();
        }
        assertThat(order).isSorted().hasSize(3 * Bulkhead.PLACES);
        assertThat(bulkhead.underWay()).isZero();
        assertThat(bulkhead.waiting()).isZero();
    }

    @Test
    void writesOvertakeReadsAndReadsOvertakePuts() {
        fill();
        send(PUT, 1000);
        send(READ, 1001);
        send(PUT, 1002);
        send(WRITE, 1003);
        send(READ, 1004);
        send(WRITE, 1005);
        for (int i = 0; i < 6; i++) {
            answerOldest();
        }
        assertThat(orderAfter(Bulkhead.PLACES)).containsExactly(1003, 1005, 1001, 1004, 1000, 1002);
    }

    @Test
    void aHeartbeatDoesNotWait() {
        fill();
        send(WRITE, 1000);
        send(HEARTBEAT, 1001);
        assertThat(orderAfter(Bulkhead.PLACES)).containsExactly(1001);
        assertThat(bulkhead.underWay()).isEqualTo(Bulkhead.PLACES);
    }

    @Test
    void anAnsweredHeartbeatGivesNoPlaceBack() {
        fill();
        send(HEARTBEAT, () -> CompletableFuture.completedFuture(0));
        send(READ, 1000);
        assertThat(order).doesNotContain(1000);
    }

    @ParameterizedTest
    @EnumSource(
            value = RequestKind.class,
            names = {"READ", "PUT"})
    void aReadOrAPutWaitsForOneTimeout(RequestKind kind) {
        fill();
        GuardedRequest<Integer> waiting = send(kind, 1000);
        GuardedRequest<Integer> write = send(WRITE, 1001);
        clock.pass(TIMEOUT.minusNanos(1));
        bulkhead.tick(clock.getAsLong());
        assertThat(waiting.answer()).isNotDone();
        clock.pass(Duration.ofNanos(1));
        bulkhead.tick(clock.getAsLong());
        assertThat(waiting.answer())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingRootCause()
                .isInstanceOf(OverloadedException.class);
        assertThat(write.answer()).isNotDone();
        assertThat(bulkhead.waiting()).isEqualTo(1);
    }

    @Test
    void aWriteWaitsLongerButNotForEver() {
        fill();
        GuardedRequest<Integer> write = send(WRITE, 1000);
        clock.pass(TIMEOUT.multipliedBy(Bulkhead.TIMEOUTS_OF_A_WRITE).minusNanos(1));
        bulkhead.tick(clock.getAsLong());
        assertThat(write.answer()).isNotDone();
        clock.pass(Duration.ofNanos(1));
        bulkhead.tick(clock.getAsLong());
        assertThat(write.answer()).isCompletedExceptionally();
        answerOldest();
        assertThat(order).doesNotContain(1000);
    }

    /** A constant flow of writes and reads must not keep failed puts in memory. */
    @Test
    void whatHasWaitedTooLongIsNotKept() {
        fill();
        for (int i = 0; i < MANY; i++) {
            send(PUT, 1000);
        }
        clock.pass(TIMEOUT);
        bulkhead.tick(clock.getAsLong());
        assertThat(bulkhead.waiting()).isZero();
    }

    @Test
    void whatHasBeenGivenUpIsNeverSent() {
        fill();
        GuardedRequest<Integer> givenUp = send(READ, 1000);
        GuardedRequest<Integer> next = send(READ, 1001);
        givenUp.fail(new IllegalStateException());
        answerOldest();
        assertThat(orderAfter(Bulkhead.PLACES)).containsExactly(1001);
        assertThat(next.answer()).isNotDone();
    }

    @Test
    void whatIsGivenUpKeepsItsPlaceUntilTheClientIsThroughWithIt() {
        for (int i = 0; i < Bulkhead.PLACES; i++) {
            send(READ, i).fail(new IllegalStateException());
        }
        send(READ, 1000);
        assertThat(order).doesNotContain(1000);
        answerOldest();
        assertThat(order).endsWith(1000);
    }

    @Test
    void nothingThatWaitsIsSentAfterTheEnd() {
        fill();
        GuardedRequest<Integer> waiting = send(READ, 1000);
        bulkhead.close(new IllegalStateException());
        assertThat(waiting.answer()).isCompletedExceptionally();
        assertThat(send(READ, 1001).answer()).isCompletedExceptionally();
        answerOldest();
        assertThat(orderAfter(Bulkhead.PLACES)).isEmpty();
    }

    /** As with a client that fails at once because it has no connection. */
    @Test
    void answersThatAreThereAtOnceAreNoRecursion() {
        fill();
        AtomicInteger failed = new AtomicInteger();
        for (int i = 0; i < MANY; i++) {
            send(READ, () -> CompletableFuture.failedFuture(new IllegalStateException()))
                    .answer()
                    .whenComplete((value, failure) -> failed.incrementAndGet());
        }
        answerOldest();
        assertThat(failed).hasValue(MANY);
    }

    @Test
    void aRequestThatCannotBeMadeTakesNoPlace() {
        for (int i = 0; i < Bulkhead.PLACES - 1; i++) {
            send(READ, i);
        }
        for (int i = 0; i < 2 * Bulkhead.PLACES; i++) {
            assertThat(send(READ, () -> {
                                throw new IllegalStateException();
                            })
                            .answer())
                    .isCompletedExceptionally();
        }
        send(READ, 1000);
        assertThat(order).contains(1000);
    }

    @Test
    void unheededWritesAreBounded() {
        for (int i = 0; i < Bulkhead.MAX_UNHEEDED; i++) {
            assertThat(bulkhead.tryUnheeded()).isTrue();
            bulkhead.send(new GuardedRequest<>(WRITE, this::unanswered, this, false, true));
        }
        assertThat(bulkhead.tryUnheeded()).isFalse();
        answerOldest();
        assertThat(bulkhead.tryUnheeded()).isTrue();
        assertThat(bulkhead.tryUnheeded()).isFalse();
    }

    @Test
    void anUnheededWriteThatFindsNoPlaceIsNotCountedForEver() {
        fill();
        assertThat(bulkhead.tryUnheeded()).isTrue();
        bulkhead.send(new GuardedRequest<>(WRITE, this::unanswered, this, false, true));
        clock.pass(TIMEOUT.multipliedBy(Bulkhead.TIMEOUTS_OF_A_WRITE));
        bulkhead.tick(clock.getAsLong());
        for (int i = 0; i < Bulkhead.MAX_UNHEEDED; i++) {
            assertThat(bulkhead.tryUnheeded()).isTrue();
        }
    }

    private CompletableFuture<Integer> unanswered() {
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        atTheClient.add(answer);
        return answer;
    }

    @Test
    void nothingIsLeftWaitingWhereManyThreadsSendAndAreAnswered() throws Exception {
        Queue<CompletableFuture<Integer>> client = new ConcurrentLinkedQueue<>();
        AtomicInteger there = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicBoolean sending = new AtomicBoolean(true);
        CountDownLatch answered = new CountDownLatch(3 * MANY);
        ExecutorService threads = Executors.newFixedThreadPool(5);
        try {
            List<Future<?>> senders = new ArrayList<>();
            for (RequestKind kind : List.of(WRITE, READ, PUT)) {
                senders.add(threads.submit(() -> {
                    for (int i = 0; i < MANY; i++) {
                        send(kind, () -> {
                                    most.accumulateAndGet(there.incrementAndGet(), Math::max);
                                    CompletableFuture<Integer> answer = new CompletableFuture<>();
                                    client.add(answer);
                                    return answer;
                                })
                                .answer()
                                .thenAccept(value -> answered.countDown());
                    }
                }));
            }
            for (int t = 0; t < 2; t++) {
                threads.submit(() -> {
                    while (sending.get()) {
                        CompletableFuture<Integer> oldest = client.poll();
                        if (oldest != null) {
                            there.decrementAndGet();
                            oldest.complete(1);
                        }
                    }
                });
            }
            for (Future<?> sender : senders) {
                sender.get();
            }
            assertThat(answered.await(1, TimeUnit.MINUTES)).isTrue();
            assertThat(most.get()).isLessThanOrEqualTo(Bulkhead.PLACES);
            assertThat(bulkhead.waiting()).isZero();
        } finally {
            sending.set(false);
            threads.shutdownNow();
        }
    }

    @Override
    public long nanoTime() {
        return clock.getAsLong();
    }

    @Override
    public void underWay(GuardedRequest<?> request) {}

    @Override
    public void late(GuardedRequest<?> request, long now) {}

    @Override
    public void clientEnded(GuardedRequest<?> request, @Nullable Throwable failure) {}

    @Override
    public void callerNotified(GuardedRequest<?> request, @Nullable Throwable failure) {}
}
