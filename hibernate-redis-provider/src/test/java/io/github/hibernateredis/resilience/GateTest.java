package io.github.hibernateredis.resilience;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Test;

final class GateTest {

    private static final int MANY = 30_000;

    private final Gate gate = new Gate();
    private final Queue<CompletableFuture<Integer>> atTheClient = new ArrayDeque<>();
    private final List<Integer> order = new ArrayList<>();

    private CompletableFuture<Integer> send(Supplier<CompletableFuture<Integer>> request) {
        return gate.send(request);
    }

    private CompletableFuture<Integer> send(int number) {
        return send(() -> {
            order.add(number);
            CompletableFuture<Integer> answer = new CompletableFuture<>();
            atTheClient.add(answer);
            return answer;
        });
    }

    private void answerOldest(int value) {
        atTheClient.remove().complete(value);
    }

    @Test
    void theClientHasOnlySoManyAtATime() {
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < 3 * Gate.WIDTH; i++) {
            answers.add(send(i));
        }
        for (int i = 0; i < 3 * Gate.WIDTH; i++) {
            assertThat(atTheClient).hasSize(Math.min(Gate.WIDTH, 3 * Gate.WIDTH - i));
            answerOldest(i);
            assertThat(answers.get(i)).isCompletedWithValue(i);
        }
        assertThat(order).isSorted().hasSize(3 * Gate.WIDTH);
    }

    @Test
    void whatHasBeenGivenUpIsNeverSent() {
        for (int i = 0; i < Gate.WIDTH; i++) {
            send(i);
        }
        CompletableFuture<Integer> givenUp = send(-1);
        CompletableFuture<Integer> next = send(-2);
        givenUp.completeExceptionally(new IllegalStateException());
        answerOldest(0);
        assertThat(order).hasSize(Gate.WIDTH + 1).contains(-2).doesNotContain(-1);
        assertThat(next).isNotDone();
    }

    @Test
    void whatIsGivenUpTakesItsPlaceUntilTheClientIsThroughWithIt() {
        for (int i = 0; i < Gate.WIDTH; i++) {
            send(i).completeExceptionally(new IllegalStateException());
        }
        CompletableFuture<Integer> next = send(-1);
        assertThat(order).doesNotContain(-1);
        answerOldest(0);
        assertThat(order).endsWith(-1);
        for (int i = 0; i < Gate.WIDTH; i++) {
            answerOldest(i);
        }
        assertThat(next).isDone();
        for (int i = 0; i < Gate.WIDTH; i++) {
            send(i);
        }
        assertThat(atTheClient).hasSize(Gate.WIDTH);
    }

    @Test
    void nothingThatWaitsIsSentOnceAllOfItIsGivenUp() {
        for (int i = 0; i < Gate.WIDTH; i++) {
            send(i);
        }
        CompletableFuture<Integer> waiting = send(-1);
        gate.giveUp(new IllegalStateException());
        assertThat(waiting).isCompletedExceptionally();
        answerOldest(0);
        assertThat(order).doesNotContain(-1);
    }

    /** As of a client that fails at once: there is no connection. */
    @Test
    void answersThatAreThereAtOnceAreNoRecursion() {
        for (int i = 0; i < Gate.WIDTH; i++) {
            send(i);
        }
        AtomicInteger failed = new AtomicInteger();
        for (int i = 0; i < MANY; i++) {
            send(() -> CompletableFuture.failedFuture(new IllegalStateException()))
                    .whenComplete((value, failure) -> failed.incrementAndGet());
        }
        answerOldest(0);
        assertThat(failed).hasValue(MANY);
    }

    @Test
    void aRequestThatCannotBeMadeTakesNoPlace() {
        for (int i = 0; i < Gate.WIDTH - 1; i++) {
            send(i);
        }
        for (int i = 0; i < 2 * Gate.WIDTH; i++) {
            assertThat(send(() -> {
                        throw new IllegalStateException();
                    }))
                    .isCompletedExceptionally();
        }
        send(-1);
        assertThat(order).contains(-1);
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
            for (int t = 0; t < 3; t++) {
                senders.add(threads.submit(() -> {
                    for (int i = 0; i < MANY; i++) {
                        send(() -> {
                                    most.accumulateAndGet(there.incrementAndGet(), Math::max);
                                    CompletableFuture<Integer> answer = new CompletableFuture<>();
                                    client.add(answer);
                                    return answer;
                                })
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
            assertThat(most.get()).isLessThanOrEqualTo(Gate.WIDTH);
        } finally {
            sending.set(false);
            threads.shutdownNow();
        }
    }
}
