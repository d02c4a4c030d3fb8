package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.integration.model.Counter;
import io.github.hibernateredis.testing.LoggedLines;
import java.time.Duration;
import java.util.List;
import org.hibernate.cfg.AvailableSettings;
import org.junit.jupiter.api.Test;

/** Instances of one application with different settings. */
class UnevenInstancesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Longer than an instance takes to notice another one. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(15);

    private static Application.Builder builder(String name, boolean queryCache) {
        return Application.on(name, Counter.class).set(AvailableSettings.USE_QUERY_CACHE, String.valueOf(queryCache));
    }

    @Test
    void oneWithoutTheQueryCacheSaysThatAnotherOneHasIt() throws InterruptedException {
        try (LoggedLines log = new LoggedLines();
                Application caching = builder("uneven-query-cache", true).start();
                Application other = builder("uneven-query-cache", false).start()) {
            assertThat(caching.find(Counter.class, 1L)).isNull();
            assertThat(other.find(Counter.class, 1L)).isNull();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (warnings(log).isEmpty()) {
                assertThat(System.nanoTime()).as("moment of the warning").isLessThan(deadline);
                Thread.sleep(100);
            }
        }
    }

    @Test
    void nothingIsLoggedIfNoQueriesAreCached() throws InterruptedException {
        try (Application former = builder("uneven-former", true).start()) {
            assertThat(former.find(Counter.class, 1L)).isNull();
        }
        try (LoggedLines log = new LoggedLines();
                Application one = builder("uneven-former", false).start();
                Application two = builder("uneven-former", false).start()) {
            assertThat(one.find(Counter.class, 1L)).isNull();
            assertThat(two.find(Counter.class, 1L)).isNull();
            Thread.sleep(LONG_ENOUGH.toMillis());
            assertThat(warnings(log)).isEmpty();
        }
    }

    private static List<String> warnings(LoggedLines log) {
        return log.warnings().stream()
                .filter(line -> line.contains("hibernate.cache.use_query_cache"))
                .toList();
    }
}
