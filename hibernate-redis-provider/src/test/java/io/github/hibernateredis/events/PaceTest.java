package io.github.hibernateredis.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class PaceTest {

    private static final long INTERVAL = Duration.ofSeconds(30).toNanos();

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 100); // may overflow
    private final Pace pace = new Pace(Duration.ofSeconds(30), now::get);

    @Test
    void theFirstIsLoggedAtOnceAndTheOthersAreCounted() {
        assertThat(pace.happened()).isEqualTo(1);
        for (int i = 0; i < 5; i++) {
            assertThat(pace.happened()).isZero();
        }
        now.addAndGet(INTERVAL - 1);
        assertThat(pace.happened()).isZero();
        now.incrementAndGet();
        assertThat(pace.happened()).isEqualTo(7);
        assertThat(pace.happened()).isZero();
    }
}
