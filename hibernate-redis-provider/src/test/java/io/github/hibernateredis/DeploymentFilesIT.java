package io.github.hibernateredis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.hibernateredis.config.ProviderConfig;
import io.github.hibernateredis.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files for Docker Compose and Kubernetes: their settings exist, and Redis starts with their configuration. */
final class DeploymentFilesIT {

    private static final Path FOLDER = Path.of("..", "docs", "deploy");
    private static final String OF_SETTINGS = "HIBERNATE_CACHE_REDIS_";

    private static List<Object> load(String file) throws IOException {
        List<Object> documents = new ArrayList<>();
        new Yaml(new SafeConstructor(new LoaderOptions()))
                .loadAll(Files.readString(FOLDER.resolve(file)))
                .forEach(documents::add);
        return documents;
    }

    /** The value at a path of names and indexes. */
    private static Object at(Object yaml, Object... path) {
        Object here = yaml;
        for (Object step : path) {
            here = step instanceof Integer index ? ((List<?>) here).get(index) : ((Map<?, ?>) here).get(step);
            assertThat(here).as("%s of %s", step, Arrays.toString(path)).isNotNull();
        }
        return here;
    }

    private static void checkSettings(Map<String, String> environment) throws IOException {
        Map<String, String> byVariable = Stream.of(RedisSettings.class.getFields())
                .map(DeploymentFilesIT::value)
                .collect(Collectors.toMap(
                        name -> name.replace('.', '_').toUpperCase(Locale.ROOT), name -> name, (one, other) -> one));
        Map<String, Object> settings = new HashMap<>();
        environment.forEach((variable, value) -> {
            if (variable.startsWith(OF_SETTINGS)) {
                assertThat(byVariable).containsKey(variable);
                settings.put(byVariable.get(variable), value);
            } else {
                assertThat(variable).startsWith("SPRING_");
            }
        });
        assertThat(settings).containsKeys(RedisSettings.URL, RedisSettings.KEY_PREFIX);
        assertThatCode(() -> ProviderConfig.from(settings)).doesNotThrowAnyException();
    }

    private static String value(java.lang.reflect.Field constant) {
        try {
            return (String) constant.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void checkRedis(String... arguments) {
        try (RedisServer redis = RedisServer.start(arguments);
                var commands = redis.connect()) {
            assertThat(commands.map("CONFIG", "GET", "maxmemory-policy")).containsValue("volatile-lru");
            assertThat(commands.map("CONFIG", "GET", "maxmemory")).containsValue(Integer.toString(256 << 20));
        }
    }

    @Test
    void compose() throws IOException {
        Object services = at(load("compose.yml").get(0), "services");
        @SuppressWarnings("unchecked")
        var environment = (Map<String, String>) at(services, "shop", "environment");
        checkSettings(environment);
        assertThat(environment.get("HIBERNATE_CACHE_REDIS_URL")).isEqualTo("redis://redis:6379");
        @SuppressWarnings("unchecked")
        var command = (List<String>) at(services, "redis", "command");
        assertThat(command.get(0)).isEqualTo("redis-server");
        checkRedis(command.subList(1, command.size()).toArray(String[]::new));
    }

    @Test
    void kubernetes() throws IOException {
        List<Object> objects = load("kubernetes.yaml");
        assertThat(objects)
                .extracting(object -> at(object, "kind"))
                .containsExactly("ConfigMap", "Deployment", "Service", "Deployment");
        for (int i : List.of(1, 3)) {
            assertThat(at(objects.get(i), "spec", "selector", "matchLabels"))
                    .isEqualTo(at(objects.get(i), "spec", "template", "metadata", "labels"));
        }
        assertThat(at(objects.get(2), "spec", "selector"))
                .isEqualTo(at(objects.get(1), "spec", "selector", "matchLabels"));

        Map<String, String> environment = new HashMap<>();
        for (Object variable : (List<?>) at(objects.get(3), "spec", "template", "spec", "containers", 0, "env")) {
            environment.put((String) at(variable, "name"), (String) at(variable, "value"));
        }
        checkSettings(environment);
        assertThat(environment.get("HIBERNATE_CACHE_REDIS_URL"))
                .isEqualTo("redis://" + at(objects.get(2), "metadata", "name") + ":"
                        + at(objects.get(2), "spec", "ports", 0, "port"));

        String configuration = (String) at(objects.get(0), "data", "redis.conf");
        Set<String> names =
                configuration.lines().map(line -> line.split(" ")[0]).collect(Collectors.toSet());
        assertThat(names).contains("maxmemory", "maxmemory-policy");
        checkRedis(configuration
                .lines()
                .flatMap(line -> Stream.of("--" + line.split(" ")[0], line.split(" ")[1].replace("\"", "")))
                .toArray(String[]::new));
    }
}
