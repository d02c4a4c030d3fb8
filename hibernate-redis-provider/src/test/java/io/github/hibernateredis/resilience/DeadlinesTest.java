package io.github.hibernateredis.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Time stands still here; who looks at it may be the test or the thread that looks at it every few milliseconds. */
final class DeadlinesTest {

    private static final Duration BUDGET = Duration.ofMillis(200);
    private static final Duration STEP = Duration.ofMillis(10);

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 100); // it may overflow at any time
    private final Deadlines deadlines = new Deadlines(BUDGET.toNanos(), now::get);

    @AfterEach
    void close() {
        deadlines.close();
    }

    private CompletableFuture<String> send() {
        CompletableFuture<String> answer = new CompletableFuture<>();
        deadlines.watch(answer);
        return answer;
    }

    private void pass(Duration time) {
        for (Duration left = time; left.compareTo(Duration.ZERO) > 0; left = left.minus(STEP)) {
            now.addAndGet(STEP.toNanos());
            deadlines.tick();
        }
    }

    private void standStill(Duration time) {
        now.addAndGet(time.toNanos());
        deadlines.tick();
    }

    @Test
    void anAnswerThatDoesNotComeIsWaitedForForOneBudget() {
        CompletableFuture<String> first = send();
        pass(STEP);
        CompletableFuture<String> second = send();
        pass(BUDGET.minus(STEP.multipliedBy(2)));
        assertThat(first).isNotDone();
        pass(STEP);
        assertThat(first).isCompletedExceptionally();
        assertThat(second).isNotDone();
        pass(STEP);
        assertThat(second).isCompletedExceptionally();
    }

    @Test
    void anAnswerThatCameWhileThisJvmStoodStillIsNotTooLate() {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Deadlines.Wait wait = deadlines.watch(answer);
        pass(STEP);
        standStill(Duration.ofMinutes(1));
        assertThat(answer).isNotDone();
        assertThat(wait.nanos(now.get())).isZero();
        pass(BUDGET);
        assertThat(answer).isCompletedExceptionally();
    }

    @Test
    void whatIsSentAfterItHasItsOwnBudgetOnly() {
        standStill(Duration.ofMinutes(1));
        CompletableFuture<String> answer = send();
        pass(BUDGET);
        assertThat(answer).isCompletedExceptionally();
    }

    @ParameterizedTest
    @ValueSource(longs = {150, 200, 1000})
    void nothingIsWaitedForForEverWhereTheJvmGetsNoTime(long pauseMillis) {
        CompletableFuture<String> answer = send();
        for (int i = 0; i < 3; i++) {
            standStill(Duration.ofMillis(pauseMillis));
        }
        assertThat(answer).isCompletedExceptionally();
    }
}
