package io.github.hibernateredis.testing;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The queries of the dashboard and of the alerts, and the text that Prometheus scrapes. */
public final class PrometheusQueries {

    private static final Pattern SERIES = Pattern.compile("\\b(hibernate_\\w+)(?:\\{([^}]*)})?");
    private static final Pattern LABEL = Pattern.compile("(\\w+)\\s*=~?\\s*\"([^\"]*)\"");
    private static final Pattern GROUPING = Pattern.compile("\\bby \\(([^)]*)\\)");
    private static final Pattern LEGEND = Pattern.compile("\\{\\{(\\w+)}}");

    /** The labels that Prometheus itself adds. */
    private static final Set<String> OF_THE_SCRAPE = Set.of("instance", "job");

    private PrometheusQueries() {}

    /** One query of a panel or an alert, with the labels in its legend. */
    public record Query(String name, String expression, List<String> shown) {

        /**
         * Fails unless the text contains each time series of the query, with the labels and the values that the query
         * names.
         */
        public void checkAgainst(String scraped) {
            Map<String, List<Map<String, String>>> known = read(scraped);
            List<MatchResult> all = SERIES.matcher(expression).results().toList();
            assertThat(all).as(expression).isNotEmpty();
            Set<String> labels = new TreeSet<>();
            GROUPING.matcher(expression)
                    .results()
                    .forEach(by -> labels.addAll(List.of(by.group(1).split(",\\s*"))));
            labels.removeAll(OF_THE_SCRAPE);
            for (MatchResult series : all) {
                Map<String, String> demanded = labels(series.group(2));
                assertThat(known).as(expression).containsKey(series.group(1));
                assertThat(known.get(series.group(1)))
                        .as(expression)
                        .anyMatch(one -> one.entrySet().containsAll(demanded.entrySet())
                                && one.keySet().containsAll(labels));
            }
            assertThat(expression.chars().filter(c -> c == '(').count())
                    .as(expression)
                    .isEqualTo(expression.chars().filter(c -> c == ')').count());
        }
    }

    private static Map<String, List<Map<String, String>>> read(String scraped) {
        Map<String, List<Map<String, String>>> known = new HashMap<>();
        scraped.lines()
                .filter(line -> !line.startsWith("#"))
                .forEach(line -> SERIES.matcher(line)
                        .results()
                        .forEach(series -> known.computeIfAbsent(series.group(1), name -> new ArrayList<>())
                                .add(labels(series.group(2)))));
        return known;
    }

    private static Map<String, String> labels(String text) {
        return LABEL.matcher(String.valueOf(text))
                .results()
                .collect(Collectors.toMap(label -> label.group(1), label -> label.group(2)));
    }

    /** The queries of the dashboard in a folder of documents. */
    public static List<Query> ofDashboard(Path docs) throws IOException {
        List<Query> queries = new ArrayList<>();
        Map<String, Object> dashboard = load(docs.resolve("monitoring/grafana-dashboard.json")); // JSON is YAML
        for (Map<String, Object> panel : list(dashboard, "panels")) {
            for (Map<String, Object> target : list(panel, "targets")) {
                List<String> shown = LEGEND.matcher((String) target.get("legendFormat"))
                        .results()
                        .map(label -> label.group(1))
                        .toList();
                queries.add(new Query((String) panel.get("title"), (String) target.get("expr"), shown));
            }
        }
        return queries;
    }

    /** The alerts in a folder of documents, each with a time and a link to its runbook. */
    public static List<Query> ofAlerts(Path docs) throws IOException {
        List<Query> queries = new ArrayList<>();
        for (Map<String, Object> group : list(load(docs.resolve("monitoring/prometheus-alerts.yml")), "groups")) {
            for (Map<String, Object> rule : list(group, "rules")) {
                String alert = (String) rule.get("alert");
                assertThat((String) rule.get("for")).matches("\\d+m");
                assertThat(rule.get("annotations").toString()).contains("docs/monitoring.md#" + alert.toLowerCase());
                queries.add(new Query(alert, (String) rule.get("expr"), List.of()));
            }
        }
        return queries;
    }

    private static Map<String, Object> load(Path file) throws IOException {
        return new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Map<String, Object> parent, String name) {
        return (List<Map<String, Object>>) parent.get(name);
    }
}
