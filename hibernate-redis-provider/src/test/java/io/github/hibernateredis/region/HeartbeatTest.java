package io.github.hibernateredis.region;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HeartbeatTest {

    /** For instance a class that is missing in a library of the application, or too little memory. */
    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, NoClassDefFoundError.class, OutOfMemoryError.class})
    void aBeatThatFailsIsNotTheLast(Class<? extends Throwable> failure) throws InterruptedException {
        CountDownLatch beats = new CountDownLatch(3);
        Runnable beat = () -> {
            beats.countDown();
            throwAny(failure);
        };
        try (Heartbeat heartbeat = new Heartbeat(beat, Duration.ofMillis(1))) {
            assertThat(heartbeat).isNotNull();
            assertThat(beats.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void throwAny(Class<? extends Throwable> type) throws T {
        try {
            throw (T) type.getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
