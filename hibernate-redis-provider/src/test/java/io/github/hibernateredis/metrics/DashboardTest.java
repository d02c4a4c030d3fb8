package io.github.hibernateredis.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.RedisSettings;
import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.events.MissReason;
import io.github.hibernateredis.events.PutOutcome;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.cfg.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The dashboard and the alerts name time series that exist, and tags that these have. */
final class DashboardTest {

    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern SERIES = Pattern.compile("\\b(hibernate_\\w+)(?:\\{([^}]*)})?");
    private static final Pattern LABEL = Pattern.compile("(\\w+)\\s*=~?\\s*\"");
    private static final Pattern GROUPING = Pattern.compile("\\bby \\(([^)]*)\\)");
    private static final Pattern LEGEND = Pattern.compile("\\{\\{(\\w+)}}");

    /** Of Prometheus itself. */
    private static final Set<String> OF_THE_SCRAPE = Set.of("instance", "job");

    /** The labels by the names of the time series. */
    private static final Map<String, Set<String>> KNOWN = new HashMap<>();

    @BeforeAll
    static void scrape() {
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Configuration configuration = new Configuration()
                .setProperty(AvailableSettings.JAKARTA_JDBC_URL, "jdbc:h2:mem:dashboard")
                .setProperty(AvailableSettings.CACHE_REGION_FACTORY, "redis")
                .setProperty(RedisSettings.URL, "redis://127.0.0.1:1");
        try (SessionFactory factory = configuration.buildSessionFactory();
                RedisCacheMetrics metrics = new RedisCacheMetrics(factory, "shop", List.of())) {
            metrics.bindTo(meters);
            MeteringListener events = new MeteringListener(meters, Tags.of("entityManagerFactory", "shop"));
            events.hit("a");
            events.miss("a", MissReason.ABSENT);
            events.put("a", PutOutcome.STORED);
            events.bypassed("a", BypassReason.OUTAGE);
            events.decodeFailed("a", "1");
            events.invalidationPending("a", "an evict", new IllegalStateException());
            meters.scrape().lines().filter(line -> !line.startsWith("#")).forEach(DashboardTest::add);
        }
    }

    private static void add(String line) {
        SERIES.matcher(line)
                .results()
                .forEach(series -> KNOWN.put(
                        series.group(1),
                        LABEL.matcher(String.valueOf(series.group(2)))
                                .results()
                                .map(label -> label.group(1))
                                .collect(Collectors.toSet())));
    }

    private static void check(String query) {
        List<MatchResult> all = SERIES.matcher(query).results().toList();
        assertThat(all).as(query).isNotEmpty();
        Set<String> labels = new TreeSet<>();
        GROUPING.matcher(query)
                .results()
                .forEach(by -> labels.addAll(List.of(by.group(1).split(",\\s*"))));
        labels.removeAll(OF_THE_SCRAPE);
        for (MatchResult series : all) {
            assertThat(KNOWN).as(query).containsKey(series.group(1));
            assertThat(KNOWN.get(series.group(1))).as(query).containsAll(labels);
            LABEL.matcher(String.valueOf(series.group(2)))
                    .results()
                    .forEach(label ->
                            assertThat(KNOWN.get(series.group(1))).as(query).contains(label.group(1)));
        }
        assertThat(query.chars().filter(c -> c == '(').count())
                .as(query)
                .isEqualTo(query.chars().filter(c -> c == ')').count());
    }

    private static Map<String, Object> read(Path file) throws IOException {
        return new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Map<String, Object> parent, String name) {
        return (List<Map<String, Object>>) parent.get(name);
    }

    @Test
    void everyPanelShowsWhatThereIs() throws IOException {
        Map<String, Object> dashboard = read(DOCS.resolve("monitoring/grafana-dashboard.json")); // JSON is YAML
        List<Map<String, Object>> panels = list(dashboard, "panels");
        assertThat(panels).hasSizeGreaterThan(5);
        for (Map<String, Object> panel : panels) {
            for (Map<String, Object> target : list(panel, "targets")) {
                String query = (String) target.get("expr");
                check(query);
                Stream<String> shown = LEGEND.matcher((String) target.get("legendFormat"))
                        .results()
                        .map(label -> label.group(1));
                assertThat(shown).as(query).allMatch(query::contains);
            }
        }
    }

    @Test
    void everyAlertIsAboutWhatThereIsAndIsExplained() throws IOException {
        String runbook = Files.readString(DOCS.resolve("monitoring.md"));
        List<String> alerts = new ArrayList<>();
        for (Map<String, Object> group : list(read(DOCS.resolve("monitoring/prometheus-alerts.yml")), "groups")) {
            for (Map<String, Object> rule : list(group, "rules")) {
                String alert = (String) rule.get("alert");
                alerts.add(alert);
                check((String) rule.get("expr"));
                assertThat((String) rule.get("for")).matches("\\d+m");
                assertThat(rule.get("annotations").toString()).contains("docs/monitoring.md#" + alert.toLowerCase());
                assertThat(runbook).contains("\n### " + alert + "\n");
            }
        }
        assertThat(alerts).hasSize(6).doesNotHaveDuplicates();
    }

    @Test
    void theDocumentNamesEveryMeter() throws Exception {
        String document = Files.readString(DOCS.resolve("monitoring.md"));
        for (var field : RedisCacheMetrics.class.getFields()) {
            assertThat(document).contains("`" + field.get(null) + "`");
        }
    }
}
