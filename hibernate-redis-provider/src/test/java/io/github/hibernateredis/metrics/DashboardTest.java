package io.github.hibernateredis.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.RedisSettings;
import io.github.hibernateredis.testing.PrometheusQueries;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.cfg.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The dashboard and the alerts use time series that exist from the start, and tags of these series. */
final class DashboardTest {

    private static final Path DOCS = Path.of("..", "docs");
    private static String scraped = "";

    @Entity(name = "Panel")
    @Cacheable
    static class Panel {
        @Id
        Long id;
    }

    @BeforeAll
    static void scrape() {
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Configuration configuration = new Configuration()
                .addAnnotatedClass(Panel.class)
                .setProperty(AvailableSettings.JAKARTA_JDBC_URL, "jdbc:h2:mem:dashboard")
                .setProperty(AvailableSettings.CACHE_REGION_FACTORY, "redis")
                .setProperty(RedisSettings.URL, "redis://127.0.0.1:1");
        try (SessionFactory factory = configuration.buildSessionFactory();
                RedisCacheMetrics metrics = new RedisCacheMetrics(factory, "shop", List.of())) {
            metrics.bindTo(meters);
            scraped = meters.scrape();
        }
    }

    @Test
    void everyPanelShowsWhatThereIs() throws IOException {
        assertThat(PrometheusQueries.ofDashboard(DOCS))
                .hasSizeGreaterThan(5)
                .allSatisfy(query -> query.checkAgainst(scraped))
                .allSatisfy(query -> assertThat(query.shown()).allMatch(query.expression()::contains));
    }

    @Test
    void everyAlertIsAboutWhatThereIsAndIsExplained() throws IOException {
        String runbook = Files.readString(DOCS.resolve("monitoring.md"));
        assertThat(PrometheusQueries.ofAlerts(DOCS))
                .hasSize(6)
                .allSatisfy(alert -> alert.checkAgainst(scraped))
                .allSatisfy(alert -> assertThat(runbook).contains("\n### " + alert.name() + "\n"))
                .extracting(PrometheusQueries.Query::name)
                .doesNotHaveDuplicates();
    }

    @Test
    void theDocumentNamesEveryMeter() throws Exception {
        String document = Files.readString(DOCS.resolve("monitoring.md"));
        for (var field : RedisCacheMetrics.class.getFields()) {
            assertThat(document).contains("`" + field.get(null) + "`");
        }
    }
}
