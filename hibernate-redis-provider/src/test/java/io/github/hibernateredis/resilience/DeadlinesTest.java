package io.github.hibernateredis.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hibernateredis.events.RequestKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DeadlinesTest implements GuardedRequest.Observer {

    private static final Duration TIMEOUT = Duration.ofMillis(200);
    private static final Duration STEP = Duration.ofMillis(10);

    private final ManualClock clock = new ManualClock();
    private final Deadlines deadlines = new Deadlines(TIMEOUT.toNanos(), this::afterReading, clock.getAsLong());
    private final Bulkhead bulkhead = new Bulkhead(TIMEOUT.toNanos());
    private final List<Boolean> silences = new ArrayList<>();

    private boolean ioThreadsRun = true;
    private boolean ioThreadsFail;
    private final List<Runnable> ioTasks = new ArrayList<>();

    private void afterReading(Runnable task) {
        if (ioThreadsFail) {
            throw new IllegalStateException();
        }
        if (ioThreadsRun) {
            task.run();
        } else {
            ioTasks.add(task);
        }
    }

    private GuardedRequest<String> send() {
        GuardedRequest<String> request =
                new GuardedRequest<>(RequestKind.READ, CompletableFuture::new, this, false, false);
        bulkhead.send(request);
        return request;
    }

    private void pass(Duration time) {
        for (Duration left = time; left.compareTo(Duration.ZERO) > 0; left = left.minus(STEP)) {
            clock.pass(STEP);
            deadlines.tick(clock.getAsLong());
        }
    }

    private void standStill(Duration time) {
        clock.pass(time);
        deadlines.tick(clock.getAsLong());
    }

    @Test
    void anAnswerIsWaitedForForOneTimeout() {
        GuardedRequest<String> first = send();
        pass(STEP);
        GuardedRequest<String> second = send();
        pass(TIMEOUT.minus(STEP.multipliedBy(2)));
        assertThat(first.answer()).isNotDone();
        pass(STEP);
        assertThat(first.answer()).isCompletedExceptionally();
        assertThat(second.answer()).isNotDone();
        pass(STEP);
        assertThat(second.answer()).isCompletedExceptionally();
        assertThat(silences).containsExactly(true, true);
    }

    @Test
    void anAnswerThatCameWhileTheJvmStoodStillIsNotTooLate() {
        GuardedRequest<String> request = send();
        pass(STEP);
        standStill(Duration.ofMinutes(1));
        assertThat(request.answer()).isNotDone();
        pass(TIMEOUT);
        assertThat(request.answer()).isCompletedExceptionally();
    }

    @Test
    void whatIsSentAfterAPauseHasOneTimeoutOnly() {
        standStill(Duration.ofMinutes(1));
        GuardedRequest<String> request = send();
        pass(TIMEOUT);
        assertThat(request.answer()).isCompletedExceptionally();
    }

    @ParameterizedTest
    @ValueSource(longs = {150, 200, 1000})
    void aRequestEndsEvenIfTheJvmGetsNoTime(long pauseMillis) {
        GuardedRequest<String> request = send();
        for (int i = 0; i < 3; i++) {
            standStill(Duration.ofMillis(pauseMillis));
        }
        assertThat(request.answer()).isNotDone();
        for (int i = 0; i < 2; i++) {
            standStill(Duration.ofMillis(pauseMillis));
        }
        assertThat(request.answer()).isCompletedExceptionally();
        assertThat(silences).as("the server's silence").containsExactly(false);
    }

    /** Hundreds of busy threads on few processors: the answer may have arrived. */
    @Test
    void timeInWhichTheIoThreadsDoNotRunDoesNotCount() {
        GuardedRequest<String> request = send();
        pass(TIMEOUT.dividedBy(2));
        ioThreadsRun = false;
        pass(TIMEOUT.multipliedBy(3));
        assertThat(request.answer()).isNotDone();
        ioThreadsRun = true;
        ioTasks.forEach(Runnable::run);
        pass(TIMEOUT.dividedBy(2).minus(STEP.multipliedBy(2)));
        assertThat(request.answer()).isNotDone();
        pass(STEP.multipliedBy(2));
        assertThat(request.answer()).isCompletedExceptionally();
        assertThat(silences).containsExactly(true);
    }

    /** The I/O threads run now and then, each time long after they were asked. */
    @Test
    void aRequestEndsEvenIfTheIoThreadsRunSeldom() {
        ioThreadsRun = false;
        GuardedRequest<String> request = send();
        for (Duration passed = Duration.ZERO;
                passed.compareTo(TIMEOUT.multipliedBy(4)) < 0;
                passed = passed.plus(STEP.multipliedBy(5))) {
            pass(STEP.multipliedBy(5));
            ioTasks.forEach(Runnable::run);
            ioTasks.clear();
        }
        assertThat(request.answer()).isCompletedExceptionally();
    }

    @Test
    void aRequestThatIsSentWhileTheOthersAreCheckedGetsItsWholeTime() {
        GuardedRequest<String> before = send();
        pass(STEP.multipliedBy(3));
        ioThreadsRun = false;
        pass(STEP);
        long tick = clock.getAsLong();
        clock.pass(TIMEOUT.dividedBy(2));
        GuardedRequest<String> request = send();
        deadlines.tick(tick);
        assertThat(request.age(clock.getAsLong())).isZero();
        assertThat(before.answer()).isNotDone();
    }

    @Test
    void ifTheIoThreadsCannotBeAskedTheyAreAskedAgain() {
        GuardedRequest<String> request = send();
        ioThreadsFail = true;
        assertThatThrownBy(() -> pass(TIMEOUT.dividedBy(4))).isInstanceOf(IllegalStateException.class);
        ioThreadsFail = false;
        ioThreadsRun = false;
        pass(STEP);
        assertThat(ioTasks).hasSize(1);
        assertThat(request.answer()).isNotDone();
    }

    @Test
    void ioThreadsThatAreBlockedAreAnOutage() {
        ioThreadsRun = false;
        GuardedRequest<String> first = send();
        pass(TIMEOUT.multipliedBy(4).plus(STEP.multipliedBy(2)));
        assertThat(first.answer()).isCompletedExceptionally();
        GuardedRequest<String> second = send();
        pass(TIMEOUT);
        assertThat(second.answer()).isCompletedExceptionally();
        assertThat(silences).containsExactly(true, true);
    }

    @Test
    void theIoThreadsAreAskedOnlyIfARequestIsOld() {
        ioThreadsRun = false;
        deadlines.tick(clock.getAsLong());
        send();
        pass(TIMEOUT.dividedBy(4).minus(STEP));
        assertThat(ioTasks).isEmpty();
        pass(STEP);
        assertThat(ioTasks).hasSize(1);
    }

    @Override
    public long nanoTime() {
        return clock.getAsLong();
    }

    @Override
    public void underWay(GuardedRequest<?> request) {
        deadlines.watch(request);
    }

    @Override
    public void late(GuardedRequest<?> request, long now) {
        silences.add(deadlines.isSilence());
        request.fail(new TimeoutException());
    }

    @Override
    public void clientEnded(GuardedRequest<?> request, @Nullable Throwable failure) {}

    @Override
    public void callerNotified(GuardedRequest<?> request, @Nullable Throwable failure) {}
}
