package io.github.hibernateredis.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.events.BreakerState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CircuitBreakerTest implements CircuitBreaker.Listener {

    private static final long PAUSE = CircuitBreaker.PAUSE.toNanos();
    private static final Throwable SILENCE = new IllegalStateException("silence");

    private final List<String> told = new ArrayList<>();
    private final CircuitBreaker breaker = new CircuitBreaker(this, 0);

    @Override
    public void suspected() {
        told.add("suspected");
    }

    @Override
    public void changed(BreakerState to, @Nullable Throwable failure) {
        told.add(to.name());
    }

    private void fails(long leftAt, long now) {
        breaker.unanswered(false, leftAt, now, SILENCE);
    }

    private void open() {
        fails(0, 10);
        fails(10, 20);
        told.clear();
    }

    @Test
    void oneRequestWithoutAnAnswerOpensNothing() {
        fails(0, 10);
        assertThat(breaker.isClosed()).isTrue();
        assertThat(told).containsExactly("suspected");
    }

    @Test
    void oneThatLeftAfterTheFirstOneFailedOpensIt() {
        fails(0, 10);
        fails(10, 20);
        assertThat(told).containsExactly("suspected", "OPEN");
        assertThat(breaker.reason()).isSameAs(SILENCE);
        assertThat(breaker.changedAt()).isEqualTo(20);
    }

    /** They may all have been on one connection, or all have waited for long values. */
    @Test
    void thoseThatLeftBeforeOpenNothing() {
        for (int i = 0; i < 100; i++) {
            fails(i % 10, 10 + i);
        }
        assertThat(told).containsExactly("suspected");
    }

    @Test
    void anyAnswerEndsTheSuspicion() {
        fails(0, 10);
        breaker.answered(false, 15);
        fails(14, 20);
        fails(12, 21);
        assertThat(breaker.isClosed()).isTrue();
        fails(16, 22);
        assertThat(told).containsExactly("suspected", "suspected");
        fails(22, 30);
        assertThat(breaker.isClosed()).isFalse();
    }

    @Test
    void oneAmongAnswersIsNoSuspicion() {
        breaker.answered(false, 5);
        fails(4, 10);
        assertThat(told).isEmpty();
    }

    @Test
    void oneProbeAtATimeAfterAPause() {
        open();
        assertThat(breaker.tryProbe(20 + PAUSE - 1)).isFalse();
        assertThat(breaker.tryProbe(20 + PAUSE)).isTrue();
        assertThat(breaker.tryProbe(20 + PAUSE)).isFalse();
        assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
        breaker.unanswered(true, 20 + PAUSE, 100 + PAUSE, SILENCE);
        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
        assertThat(breaker.tryProbe(100 + 2 * PAUSE - 1)).isFalse();
        assertThat(breaker.tryProbe(100 + 2 * PAUSE)).isTrue();
        breaker.answered(true, 101 + 2 * PAUSE);
        assertThat(breaker.isClosed()).isTrue();
        assertThat(breaker.reason()).isNull();
        assertThat(told).containsExactly("HALF_OPEN", "OPEN", "HALF_OPEN", "CLOSED");
    }

    @Test
    void onlyTheProbeDecides() {
        open();
        breaker.answered(false, 30);
        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
        breaker.tryProbe(20 + PAUSE);
        breaker.answered(false, 40);
        fails(15, 50);
        assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
    }

    @Test
    void aProbeThatWasNotSentLeavesItOpen() {
        open();
        breaker.tryProbe(20 + PAUSE);
        breaker.notSent(true, 30 + PAUSE, SILENCE);
        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void anOldSuspicionIsForgottenWhenItCloses() {
        open();
        breaker.tryProbe(20 + PAUSE);
        breaker.answered(true, 30 + PAUSE);
        fails(31 + PAUSE, 40 + PAUSE);
        assertThat(breaker.isClosed()).isTrue();
    }
}
