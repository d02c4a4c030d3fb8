package io.github.hibernateredis.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.hibernateredis.RedisSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Settings for tests, with names without the prefix. */
final class Settings {

    private Settings() {}

    static ProviderConfig read(Object... namesAndValues) {
        return ProviderConfig.from(of(namesAndValues));
    }

    /** The problems of the settings, without the common prefix of the names. */
    static List<String> problems(Object... namesAndValues) {
        Map<String, Object> settings = of(namesAndValues);
        ConfigException failure = catchThrowableOfType(ConfigException.class, () -> ProviderConfig.from(settings));
        return failure == null
                ? List.of()
                : failure.problems().stream()
                        .map(problem -> problem.replace(RedisSettings.PREFIX, ""))
                        .toList();
    }

    static Map<String, Object> of(Object... namesAndValues) {
        Map<String, Object> settings = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            settings.put(RedisSettings.PREFIX + namesAndValues[i], namesAndValues[i + 1]);
        }
        return settings;
    }
}
