package io.github.hibernateredis.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.events.BreakerState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CircuitBreakerTest implements CircuitBreaker.Listener {

    private static final long PAUSE = CircuitBreaker.PAUSE.toNanos();
    private static final long SILENCE = CircuitBreaker.SILENCE.toNanos();
    private static final Throwable FAILURE = new IllegalStateException("no answer");

    private final List<String> notified = new ArrayList<>();
    private final CircuitBreaker breaker = new CircuitBreaker(this, 10, 0);

    @Override
    public void suspected() {
        notified.add("suspected");
    }

    @Override
    public void changed(BreakerState to, @Nullable Throwable failure) {
        notified.add(to.name());
    }

    private void fails(long leftAt, long now) {
        breaker.unanswered(false, leftAt, leftAt, now, FAILURE);
    }

    private void open() {
        fails(0, 10);
        fails(10, SILENCE);
        notified.clear();
    }

    @Test
    void oneRequestWithoutAnAnswerOpensNothing() {
        fails(0, 10);
        assertThat(breaker.isClosed()).isTrue();
        assertThat(notified).containsExactly("suspected");
    }

    @Test
    void silenceOpensItWhenItHasLasted() {
        fails(5, 10);
        fails(10, 20);
        fails(SILENCE, SILENCE + 4);
        assertThat(notified).containsExactly("suspected");
        fails(SILENCE, SILENCE + 5);
        assertThat(notified).containsExactly("suspected", "OPEN");
        assertThat(breaker.reason()).isSameAs(FAILURE);
        assertThat(breaker.changedAt()).isEqualTo(SILENCE + 5);
    }

    @Test
    void silenceLastsTwoTimeoutsAtLeast() {
        CircuitBreaker patient = new CircuitBreaker(this, 3 * SILENCE, 0);
        patient.unanswered(false, 0, 0, 3 * SILENCE, FAILURE);
        patient.unanswered(false, 1, 1, 6 * SILENCE - 1, FAILURE);
        assertThat(patient.isClosed()).isTrue();
        patient.unanswered(false, 1, 1, 6 * SILENCE, FAILURE);
        assertThat(patient.isClosed()).isFalse();
    }

    /** For a request that was not answered for very long, it is unknown whether the server was silent all the time. */
    @Test
    void oneRequestAloneOpensNothing() {
        fails(0, 10 * SILENCE);
        assertThat(breaker.isClosed()).isTrue();
    }

    @Test
    void anyAnswerEndsTheSuspicion() {
        fails(0, 10);
        breaker.answered(false, 15);
        fails(14, SILENCE);
        assertThat(notified).containsExactly("suspected");
        fails(16, SILENCE);
        assertThat(notified).containsExactly("suspected", "suspected");
        fails(SILENCE, SILENCE + 15);
        assertThat(breaker.isClosed()).isTrue();
        fails(SILENCE, SILENCE + 16);
        assertThat(breaker.isClosed()).isFalse();
    }

    @Test
    void aPartOfAnAnswerEndsTheSuspicion() {
        fails(0, 10);
        breaker.heard(15);
        fails(16, SILENCE);
        assertThat(breaker.isClosed()).isTrue();
    }

    @Test
    void oneAmongAnswersIsNoSuspicion() {
        breaker.answered(false, 5);
        fails(4, 10);
        assertThat(notified).isEmpty();
    }

    @Test
    void oneProbeAtATimeAfterAPause() {
        open();
        long now = SILENCE + PAUSE;
        assertThat(breaker.tryProbe(now - 1)).isFalse();
        assertThat(breaker.tryProbe(now)).isTrue();
        assertThat(breaker.tryProbe(now)).isFalse();
        assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
        breaker.unanswered(true, now, now, now + 10, FAILURE);
        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
        now += 10 + PAUSE;
        assertThat(breaker.tryProbe(now - 1)).isFalse();
        assertThat(breaker.tryProbe(now)).isTrue();
        breaker.answered(true, now + 1);
        assertThat(breaker.isClosed()).isTrue();
        assertThat(breaker.reason()).isNull();
        assertThat(notified).containsExactly("HALF_OPEN", "OPEN", "HALF_OPEN", "CLOSED");
    }

    @Test
    void onlyAProbeDecides() {
        open();
        breaker.answered(false, SILENCE + 1);
        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
        breaker.tryProbe(SILENCE + PAUSE);
        breaker.answered(false, SILENCE + PAUSE + 1);
        fails(SILENCE, SILENCE + PAUSE + 2);
        assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
    }

    /** The server answers a request that was sent while it was considered unreachable. */
    @Test
    void aProbeThatIsAnsweredLateClosesIt() {
        open();
        breaker.tryProbe(SILENCE + PAUSE);
        breaker.unanswered(true, SILENCE + PAUSE, SILENCE + PAUSE, SILENCE + PAUSE + 10, FAILURE);
        breaker.answered(true, SILENCE + PAUSE + 11);
        assertThat(breaker.isClosed()).isTrue();
    }

    @Test
    void anOldSuspicionIsForgottenWhenItCloses() {
        open();
        long now = SILENCE + PAUSE;
        breaker.tryProbe(now);
        breaker.answered(true, now + 10);
        fails(now + 11, now + 20);
        fails(now + 20, now + SILENCE);
        assertThat(breaker.isClosed()).isTrue();
    }
}
