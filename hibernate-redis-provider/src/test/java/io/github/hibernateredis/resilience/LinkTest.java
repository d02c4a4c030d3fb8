package io.github.hibernateredis.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.store.NotConnectedException;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TableStamps;
import io.github.hibernateredis.testing.LoggedLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LinkTest {

    private static final Duration BUDGET = Duration.ofMillis(200);

    /** What the server would have said, had it been willing. */
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final AtomicInteger changes = new AtomicInteger();
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger answering = new AtomicInteger();
    private final Link link = new Link(
            new Stores() {
                @Override
                public RegionStore region(String qualifiedName, Duration ttl, double ttlJitter, int segments) {
                    throw new AssertionError();
                }

                @Override
                public TableStamps tables(String qualifiedName) {
                    throw new AssertionError();
                }

                @Override
                public int connectionChanges() {
                    return changes.get();
                }

                @Override
                public boolean isRefusal(Throwable failure) {
                    return failure instanceof Refusal;
                }
            },
            BUDGET);

    @AfterEach
    void close() {
        link.close();
    }

    private Supplier<CompletableFuture<String>> giving(CompletableFuture<String> answer) {
        return () -> {
            sent.incrementAndGet();
            return answer;
        };
    }

    private Supplier<CompletableFuture<String>> success() {
        return giving(CompletableFuture.completedFuture("pong"));
    }

    private Supplier<CompletableFuture<String>> silence() {
        return giving(new CompletableFuture<>());
    }

    private Supplier<CompletableFuture<String>> failure(RuntimeException failure) {
        return giving(CompletableFuture.failedFuture(failure));
    }

    private static boolean fails(CompletableFuture<?> operation) {
        return operation.handle((value, failure) -> failure != null).join();
    }

    @Test
    void silenceForATimeBudgetIsEnough() {
        assertThat(fails(link.send(success()))).isFalse();
        assertThat(fails(link.send(silence()))).isTrue();
        sent.set(0);
        assertThat(fails(link.send(success()))).isTrue();
        assertThat(sent).hasValue(0);
    }

    /** It may be this JVM that was slow, and others would go on reading what was to be dropped. */
    @Test
    void writesAreSentThoughNobodyWaitsForThem() {
        fails(link.send(silence()));
        sent.set(0);
        assertThat(link.sendWrite(success())).isCompletedExceptionally();
        assertThat(sent).hasValue(1);
    }

    @Test
    void notMoreWritesAreSentThanCanBeKept() {
        fails(link.send(silence()));
        sent.set(0);
        for (int i = 0; i < 20_000; i++) {
            assertThat(link.sendWrite(silence())).isCompletedExceptionally();
        }
        assertThat(sent).hasValue(50);
    }

    @Test
    void whoWaitsWhenItOpensWaitsNoLonger() throws Exception {
        CompletableFuture<String> first = link.send(silence());
        Thread.sleep(BUDGET.toMillis() / 2);
        CompletableFuture<String> second = link.send(silence());
        assertThat(fails(first)).isTrue();
        assertThat(second).isCompletedExceptionally();
    }

    @Test
    void aLostAnswerAmongOthersIsNoSilence() {
        CompletableFuture<String> lost = link.send(silence());
        assertThat(fails(link.send(success()))).isFalse();
        assertThat(fails(lost)).isTrue();
        assertThat(fails(link.send(success()))).isFalse();
    }

    @Test
    void aRefusalIsAnAnswer() {
        for (int i = 0; i < 100; i++) {
            assertThat(fails(link.send(failure(new Refusal())))).isTrue();
        }
        assertThat(fails(link.send(success()))).isFalse();
    }

    @Test
    void nothingIsLearntBeforeThereIsAConnection() {
        for (int i = 0; i < 100; i++) {
            assertThat(fails(link.send(failure(new NotConnectedException("not yet")))))
                    .isTrue();
        }
        assertThat(fails(link.send(success()))).isFalse();
    }

    @Test
    void manyFailuresAmongAnswersOpenIt() {
        for (int i = 0; i < 30; i++) {
            link.send(success());
            link.send(failure(new IllegalStateException()));
        }
        sent.set(0);
        assertThat(fails(link.send(success()))).isTrue();
        assertThat(sent).hasValue(0);
    }

    @Test
    void slowAnswersOpenIt() {
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            CompletableFuture<String> late = new CompletableFuture<>();
            late.completeOnTimeout("pong", BUDGET.toMillis() * 3 / 4, TimeUnit.MILLISECONDS);
            answers.add(link.send(giving(late)));
        }
        answers.forEach(LinkTest::fails);
        assertThat(fails(link.send(success()))).isTrue();
    }

    @Test
    void onlyAProbeFindsOutThatItAnswersAgain() throws Exception {
        link.onAnswering(answering::incrementAndGet);
        try (LoggedLines log = new LoggedLines()) {
            fails(link.send(silence()));
            assertThat(fails(link.probe(success()))).as("right after").isTrue();
            Thread.sleep(Link.OPEN.toMillis() + 50);
            assertThat(fails(link.send(success()))).isTrue();
            assertThat(fails(link.probe(failure(new IllegalStateException())))).isTrue();
            assertThat(fails(link.probe(success()))).as("right after").isTrue();
            Thread.sleep(Link.OPEN.toMillis() + 50);
            assertThat(answering).hasValue(0);
            assertThat(fails(link.probe(success()))).isFalse();
            assertThat(answering).hasValue(1);
            assertThat(fails(link.send(success()))).isFalse();
            assertThat(log.warnings()).hasSize(1);
        }
    }

    @Test
    void theClientHasOnlySoManyAtATimeAndProbesDoNotWait() {
        for (int i = 0; i < 2 * Gate.WIDTH; i++) {
            link.send(silence());
            link.sendWrite(silence());
        }
        assertThat(sent).hasValue(Gate.WIDTH);
        assertThat(fails(link.probe(success()))).isFalse();
    }

    @Test
    void whatTheClientHasLostInAnOutageTakesNoPlacesAfterIt() throws Exception {
        List<CompletableFuture<String>> lost = new ArrayList<>();
        for (int i = 0; i < Gate.WIDTH; i++) {
            lost.add(link.send(silence()));
        }
        lost.forEach(LinkTest::fails);
        Thread.sleep(Link.OPEN.toMillis() + 50); // resilience4j goes by the system's clock
        assertThat(fails(link.probe(success()))).isFalse();
        assertThat(fails(link.send(success()))).isFalse();
    }

    @Test
    void everythingIsTriedAtTheEnd() {
        fails(link.send(silence()));
        link.tryAnyway();
        assertThat(fails(link.probe(success()))).isFalse();
    }

    // Confirmation

    @Test
    void nothingIsToBeTrustedBeforeTheFirstPulse() {
        Confirmation confirmation = new Confirmation(link);
        assertThat(confirmation.current()).isEqualTo(Confirmation.NEVER);
        confirmation.by(pulse(() -> {})).join();
        assertThat(confirmation.current()).isZero();
    }

    @Test
    void nothingIsToBeTrustedAfterAChangeOfConnectionsBeforeAPulse() {
        Confirmation confirmation = new Confirmation(link);
        confirmation.by(pulse(() -> {})).join();
        int before = confirmation.current();
        changes.incrementAndGet();
        assertThat(confirmation.stillHolds(before)).isFalse();
        assertThat(confirmation.current()).isEqualTo(Confirmation.NEVER);
        confirmation
                .by(() -> CompletableFuture.failedFuture(new IllegalStateException()))
                .join();
        assertThat(confirmation.current()).isEqualTo(Confirmation.NEVER);
        confirmation.by(pulse(() -> {})).join();
        assertThat(confirmation.current()).isEqualTo(1);
        assertThat(confirmation.stillHolds(before)).isFalse();
    }

    /** A server that takes no writes goes on telling what nobody can invalidate there. */
    @Test
    void nothingIsToBeTrustedAfterAPulseThatWasRefusedBeforeOneThatWasNot() {
        Confirmation confirmation = new Confirmation(link);
        confirmation.by(pulse(() -> {})).join();
        confirmation
                .by(() -> CompletableFuture.failedFuture(new IllegalStateException("lost")))
                .join();
        assertThat(confirmation.current()).isZero();
        confirmation.by(() -> CompletableFuture.failedFuture(new Refusal())).join();
        assertThat(confirmation.current()).isEqualTo(Confirmation.NEVER);
        confirmation.by(pulse(() -> {})).join();
        assertThat(confirmation.current()).isZero();
    }

    @Test
    void aPulseOverWhichConnectionsChangeIsRepeated() {
        Confirmation confirmation = new Confirmation(link);
        confirmation
                .by(pulse(() -> {
                    if (sent.incrementAndGet() == 1) {
                        changes.incrementAndGet();
                    }
                }))
                .join();
        assertThat(sent).hasValue(2);
        assertThat(confirmation.current()).isEqualTo(1);
    }

    private static Supplier<CompletableFuture<Void>> pulse(Runnable effect) {
        return () -> {
            effect.run();
            return CompletableFuture.completedFuture(null);
        };
    }
}
