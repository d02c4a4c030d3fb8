package io.github.hibernateredis.resilience;

import static io.github.hibernateredis.events.RequestKind.HEARTBEAT;
import static io.github.hibernateredis.events.RequestKind.PUT;
import static io.github.hibernateredis.events.RequestKind.READ;
import static io.github.hibernateredis.events.RequestKind.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.events.BreakerState;
import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.events.RequestOutcome;
import io.github.hibernateredis.store.NotConnectedException;
import io.github.hibernateredis.store.OverloadedException;
import io.github.hibernateredis.store.UnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The clock moves only when a test moves it, and the test acts as the client. */
final class GuardedClientTest implements CacheListener {

    private static final Duration TIMEOUT = Duration.ofMillis(200);
    private static final Duration STEP = Duration.ofMillis(10);
    private static final String SERVER = "one";

    /** An error reply of the server. */
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final ManualClock clock = new ManualClock();
    private final List<String> events = new ArrayList<>();
    private final List<RequestOutcome> outcomes = new ArrayList<>();
    private final Queue<CompletableFuture<String>> atTheClient = new ArrayDeque<>();
    private final GuardedClient client =
            new GuardedClient(TIMEOUT, failure -> failure instanceof Refusal, this, Runnable::run, clock);
    private int heartbeatsWanted;
    private long lastNanos;

    GuardedClientTest() {
        client.onHeartbeatWanted(() -> heartbeatsWanted++);
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Override
    public void breakerChanged(BreakerState from, BreakerState to, @Nullable Throwable failure) {
        events.add(from + " -> " + to);
    }

    @Override
    public void writesRefused(Throwable refusal) {
        events.add("writes refused");
    }

    @Override
    public void writesAccepted() {
        events.add("writes accepted");
    }

    @Override
    public void request(RequestKind kind, RequestOutcome outcome, long nanos) {
        outcomes.add(outcome);
        lastNanos = nanos;
    }

    private CompletableFuture<String> send(RequestKind kind, String server) {
        clock.pass(Duration.ofNanos(1));
        return client.send(kind, server, () -> {
            CompletableFuture<String> answer = new CompletableFuture<>();
            atTheClient.add(answer);
            return answer;
        });
    }

    private CompletableFuture<String> send(RequestKind kind) {
        return send(kind, SERVER);
    }

    private CompletableFuture<String> answered(RequestKind kind) {
        clock.pass(Duration.ofNanos(1));
        return client.send(kind, SERVER, () -> CompletableFuture.completedFuture("pong"));
    }

    private CompletableFuture<String> failed(RequestKind kind, RuntimeException failure) {
        clock.pass(Duration.ofNanos(1));
        return client.send(kind, SERVER, () -> CompletableFuture.failedFuture(failure));
    }

    private void pass(Duration time) {
        for (Duration left = time; left.compareTo(Duration.ZERO) > 0; left = left.minus(STEP)) {
            clock.pass(STEP);
            client.tick();
        }
    }

    private void answerAll() {
        for (CompletableFuture<String> next = atTheClient.poll(); next != null; next = atTheClient.poll()) {
            next.complete("pong");
        }
    }

    /** Requests are sent, and no data comes. */
    private void silence() {
        for (int i = 0; i <= CircuitBreaker.SILENCE.dividedBy(TIMEOUT); i++) {
            send(HEARTBEAT);
            pass(TIMEOUT);
        }
    }

    private void open() {
        silence();
        assertThat(events).containsExactly("CLOSED -> OPEN");
        events.clear();
        outcomes.clear();
        atTheClient.clear();
        heartbeatsWanted = 0;
    }

    private static @Nullable Throwable failure(CompletableFuture<?> operation) {
        return operation
                .handle((value, failure) -> failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure)
                .getNow(null);
    }

    // The timeout

    @Test
    void aRequestThatIsNotAnsweredFailsAfterTheTimeout() {
        CompletableFuture<String> read = send(READ);
        pass(TIMEOUT.minus(STEP));
        assertThat(read).isNotDone();
        pass(STEP);
        assertThat(failure(read)).isInstanceOf(TimeoutException.class).hasMessageContaining(SERVER);
        assertThat(outcomes).containsExactly(RequestOutcome.TIMED_OUT);
        assertThat(lastNanos).isEqualTo(TIMEOUT.toNanos());
    }

    @Test
    void theTimeoutBeginsWhenARequestLeaves() {
        for (int i = 0; i < Bulkhead.PLACES; i++) {
            send(READ);
        }
        CompletableFuture<String> last = send(READ);
        pass(TIMEOUT.dividedBy(2));
        atTheClient.remove().complete("pong");
        pass(TIMEOUT.minus(STEP));
        assertThat(last).isNotDone();
        pass(STEP);
        assertThat(failure(last)).isInstanceOf(TimeoutException.class);
    }

    // Overload

    @ParameterizedTest
    @EnumSource(
            value = RequestKind.class,
            names = {"READ", "WRITE", "PUT"})
    void whatFindsNoPlaceIsOverloadAndNoOutage(RequestKind kind) {
        for (int i = 0; i < Bulkhead.PLACES; i++) {
            send(READ);
        }
        CompletableFuture<String> waiting = send(kind);
        for (int i = 0; i < 2 * Bulkhead.TIMEOUTS_OF_A_WRITE; i++) {
            pass(TIMEOUT.dividedBy(2));
            send(HEARTBEAT);
            atTheClient.remove();
            ((ArrayDeque<CompletableFuture<String>>) atTheClient).removeLast().complete("pong");
        }
        assertThat(failure(waiting)).isInstanceOf(OverloadedException.class);
        assertThat(outcomes).contains(RequestOutcome.OVERLOADED);
        assertThat(events).isEmpty();
    }

    @Test
    void aHeartbeatGetsThroughToASaturatedServer() {
        for (int i = 0; i < 3 * Bulkhead.PLACES; i++) {
            send(READ);
            send(WRITE);
        }
        CompletableFuture<String> heartbeat = answered(HEARTBEAT);
        assertThat(heartbeat).isCompletedWithValue("pong");
    }

    /** 500 places and answers after 1 ms: 20 rounds. */
    @Test
    void aBurstChangesNothing() {
        List<CompletableFuture<String>> requests = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            requests.add(send(i % 3 == 0 ? WRITE : READ));
        }
        while (!atTheClient.isEmpty()) {
            clock.pass(Duration.ofMillis(1));
            client.tick();
            List<CompletableFuture<String>> sent = List.copyOf(atTheClient);
            atTheClient.clear();
            assertThat(sent).hasSizeLessThanOrEqualTo(Bulkhead.PLACES);
            sent.forEach(answer -> answer.complete("pong"));
        }
        assertThat(requests).allSatisfy(request -> assertThat(request).isCompletedWithValue("pong"));
        assertThat(events).isEmpty();
    }

    /** 200 threads on a cold JVM: no request is answered in time, but answers come. */
    @Test
    void answersThatAreAllTooLateOpenNothing() {
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 200; i++) {
                send(READ);
            }
            pass(TIMEOUT.dividedBy(2));
            for (int i = 0; i < 200 && round > 0; i++) {
                atTheClient.remove().complete("pong"); // from the previous round
            }
            pass(TIMEOUT.dividedBy(2));
        }
        assertThat(outcomes).containsOnly(RequestOutcome.TIMED_OUT);
        assertThat(events).isEmpty();
    }

    /** Eight threads read 10 MB each: no answer in time, and no other requests. */
    @Test
    void longAnswersOpenNothing() {
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 8; i++) {
                send(READ);
            }
            pass(TIMEOUT.multipliedBy(3));
            assertThat(heartbeatsWanted).isEqualTo(round + 1);
            answerAll();
        }
        assertThat(outcomes).containsOnly(RequestOutcome.TIMED_OUT);
        assertThat(events).isEmpty();
    }

    /** A part of a long answer that has not been read completely. */
    @Test
    void aServerThatSendsBytesIsNotSilent() {
        for (int round = 0; round < 20; round++) {
            send(READ);
            pass(TIMEOUT.dividedBy(2));
            client.heard(SERVER);
            pass(TIMEOUT.dividedBy(2));
        }
        assertThat(outcomes).containsOnly(RequestOutcome.TIMED_OUT);
        assertThat(events).isEmpty();
        client.heard("unknown");
        assertThat(client.status().servers()).hasSize(1);
    }

    // The circuit breaker

    @Test
    void silenceOpensIt() {
        CompletableFuture<String> read = send(READ);
        pass(TIMEOUT);
        assertThat(failure(read)).isInstanceOf(TimeoutException.class);
        assertThat(events).isEmpty();
        assertThat(heartbeatsWanted).isEqualTo(1);
        silence();
        assertThat(events).containsExactly("CLOSED -> OPEN");
        int sent = atTheClient.size();
        assertThat(failure(send(READ))).isInstanceOf(UnavailableException.class);
        assertThat(failure(send(PUT))).isInstanceOf(UnavailableException.class);
        assertThat(atTheClient).hasSize(sent);
        assertThat(outcomes).endsWith(RequestOutcome.UNAVAILABLE);
    }

    /** All connections are lost, but the next ones work: that is not an outage. */
    @Test
    void connectionFailuresOpenItWhenTheyLast() {
        for (int i = 0; i < 100; i++) {
            failed(READ, new IllegalStateException("connection refused"));
            pass(STEP);
        }
        assertThat(events).isEmpty();
        failed(READ, new IllegalStateException("connection refused"));
        assertThat(events).containsExactly("CLOSED -> OPEN");
    }

    @Test
    void failuresAmongAnswersOpenNothing() {
        for (int i = 0; i < 100; i++) {
            answered(READ);
            failed(READ, new IllegalStateException("connection lost"));
        }
        assertThat(events).isEmpty();
    }

    @Test
    void aRefusalIsAnAnswer() {
        for (int i = 0; i < 100; i++) {
            assertThat(failure(failed(READ, new Refusal()))).isInstanceOf(Refusal.class);
        }
        assertThat(events).isEmpty();
        assertThat(outcomes).containsOnly(RequestOutcome.REFUSED);
    }

    @Test
    void nothingIsLearntBeforeThereIsAConnection() {
        assertThat(client.bypassed()).as("no request has been sent yet").isNull();
        for (int i = 0; i < 100; i++) {
            failed(HEARTBEAT, new NotConnectedException("not yet"));
            pass(STEP.multipliedBy(2));
        }
        assertThat(events).isEmpty();
        assertThat(client.bypassed()).isEqualTo(BypassReason.NOT_CONNECTED);
        answered(HEARTBEAT);
        assertThat(client.bypassed()).isNull();
    }

    @Test
    void nobodyWaitsAnyLongerWhenItOpens() {
        for (int i = 0; i < Bulkhead.PLACES; i++) {
            send(READ);
        }
        for (int i = 1; i < CircuitBreaker.SILENCE.dividedBy(TIMEOUT); i++) {
            pass(TIMEOUT);
            send(HEARTBEAT);
        }
        List<CompletableFuture<String>> waiting = List.of(send(READ), send(WRITE), send(PUT));
        CompletableFuture<String> late = send(HEARTBEAT);
        pass(TIMEOUT.minus(STEP));
        CompletableFuture<String> younger = send(HEARTBEAT);
        assertThat(late).isNotDone();
        assertThat(events).isEmpty();
        pass(STEP);
        assertThat(events).hasSize(1);
        assertThat(failure(younger)).isInstanceOf(UnavailableException.class);
        assertThat(waiting).allSatisfy(each -> assertThat(failure(each)).isInstanceOf(UnavailableException.class));
    }

    @Test
    void aPauseOfThisJvmIsNoOutage() {
        for (int i = 0; i < 10; i++) {
            send(READ);
            clock.pass(Duration.ofSeconds(30));
            client.tick();
            clock.pass(Duration.ofSeconds(30));
            client.tick();
        }
        assertThat(outcomes).contains(RequestOutcome.TIMED_OUT);
        assertThat(events).isEmpty();
    }

    /** The time of the pause is no silence of the server. */
    @Test
    void requestsThatAreLateAfterAPauseAreNoOutageYet() {
        send(READ);
        send(READ);
        clock.pass(Duration.ofSeconds(3));
        client.tick();
        pass(TIMEOUT);
        assertThat(outcomes).containsExactly(RequestOutcome.TIMED_OUT, RequestOutcome.TIMED_OUT);
        assertThat(events).isEmpty();
    }

    /** The cause may be a slow JVM here, and other instances would keep reading outdated entries. */
    @Test
    void writesAreSentWithoutWaiting() {
        open();
        CompletableFuture<String> write = send(WRITE);
        assertThat(failure(write)).isInstanceOf(UnavailableException.class);
        assertThat(atTheClient).hasSize(1);
        assertThat(outcomes).containsExactly(RequestOutcome.UNAVAILABLE);
    }

    @Test
    void notMoreWritesAreSentThanTheClientCanKeep() {
        open();
        for (int i = 0; i < 20_000; i++) {
            assertThat(send(WRITE)).isCompletedExceptionally();
        }
        assertThat(atTheClient).hasSize(Bulkhead.MAX_UNHEEDED);
    }

    @Test
    void onlyAHeartbeatFindsOutThatTheServerAnswersAgain() {
        open();
        assertThat(failure(answered(HEARTBEAT))).as("right after").isInstanceOf(UnavailableException.class);
        pass(CircuitBreaker.PAUSE);
        assertThat(failure(answered(READ))).isInstanceOf(UnavailableException.class);
        failed(HEARTBEAT, new IllegalStateException());
        assertThat(failure(answered(HEARTBEAT))).as("right after").isInstanceOf(UnavailableException.class);
        pass(CircuitBreaker.PAUSE);
        assertThat(heartbeatsWanted).isZero();
        CompletableFuture<String> probe = send(HEARTBEAT);
        assertThat(failure(send(HEARTBEAT))).as("a second one").isInstanceOf(UnavailableException.class);
        answerAll();
        assertThat(probe).isCompletedWithValue("pong");
        assertThat(events)
                .containsExactly("OPEN -> HALF_OPEN", "HALF_OPEN -> OPEN", "OPEN -> HALF_OPEN", "HALF_OPEN -> CLOSED");
        assertThat(heartbeatsWanted).isEqualTo(1);
        assertThat(answered(READ)).isCompletedWithValue("pong");
    }

    @Test
    void aProbeThatIsNotAnsweredLeavesItOpen() {
        open();
        pass(CircuitBreaker.PAUSE);
        send(HEARTBEAT);
        pass(TIMEOUT);
        assertThat(events).containsExactly("OPEN -> HALF_OPEN", "HALF_OPEN -> OPEN");
    }

    @Test
    void whatTheClientHasLostInAnOutageTakesNoPlacesAfterIt() {
        for (int i = 0; i < Bulkhead.PLACES; i++) {
            send(READ);
        }
        silence();
        pass(CircuitBreaker.PAUSE);
        answered(HEARTBEAT);
        assertThat(answered(READ)).isCompletedWithValue("pong");
        answerAll(); // the requests that were lost
        assertThat(client.status().servers().get(0).underWay()).isZero();
    }

    @Test
    void everythingIsTriedAtTheEnd() {
        answered(READ);
        open();
        client.tryLastTime();
        assertThat(client.bypassed()).isNull();
        assertThat(answered(WRITE)).isCompletedWithValue("pong");
    }

    @Test
    void eachServerHasABreakerOfItsOwn() {
        answered(READ);
        open();
        assertThat(client.bypassed()).isEqualTo(BypassReason.OUTAGE);
        CompletableFuture<String> other = send(HEARTBEAT, "other");
        answerAll();
        assertThat(other).isCompletedWithValue("pong");
        assertThat(client.bypassed()).isNull();
        assertThat(send(READ, "other")).isNotDone();
        assertThat(send(READ)).isCompletedExceptionally();
        assertThat(client.status().breaker()).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void aServerThatHasLeftTheClusterIsForgotten() {
        answered(READ);
        open();
        pass(Duration.ofSeconds(59));
        send(READ, "other");
        pass(Duration.ofSeconds(2));
        assertThat(client.status().servers())
                .extracting(ResilienceStatus.Server::name)
                .containsExactly("other");
        assertThat(events).containsExactly("OPEN -> CLOSED");
    }

    @Test
    void refusedHeartbeatsAreReportedOnce() {
        failed(HEARTBEAT, new Refusal());
        failed(HEARTBEAT, new Refusal());
        failed(READ, new Refusal());
        answered(READ);
        assertThat(events).containsExactly("writes refused");
        answered(HEARTBEAT);
        answered(HEARTBEAT);
        assertThat(events).containsExactly("writes refused", "writes accepted");
    }

    @Test
    void theStatusSaysWhatIsUnderWayAndWhy() {
        assertThat(client.status().connected()).isFalse();
        assertThat(client.status().breaker()).isEqualTo(BreakerState.CLOSED);
        answered(READ);
        for (int i = 0; i < Bulkhead.PLACES + 7; i++) {
            send(READ);
        }
        ResilienceStatus.Server busy = client.status().servers().get(0);
        assertThat(busy.underWay()).isEqualTo(Bulkhead.PLACES);
        assertThat(busy.waiting()).isEqualTo(7);
        silence();
        ResilienceStatus.Server silent = client.status().servers().get(0);
        assertThat(client.status().connected()).isTrue();
        assertThat(silent.breaker()).isEqualTo(BreakerState.OPEN);
        assertThat(silent.reason()).contains("no answer from one within 200 ms");
    }

    @Test
    void aThreadOfItsOwnFindsWhatIsLate() {
        try (GuardedClient running =
                new GuardedClient(Duration.ofMillis(1), failure -> false, CacheListener.NONE, Runnable::run)) {
            CompletableFuture<String> read = running.send(READ, SERVER, CompletableFuture::new);
            assertThat(read.handle((value, failure) -> failure).join()).isInstanceOf(TimeoutException.class);
        }
    }
}
