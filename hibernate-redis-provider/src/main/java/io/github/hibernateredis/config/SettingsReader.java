package io.github.hibernateredis.config;

import io.github.hibernateredis.RedisSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The raw settings of the provider and the problems found in them. Used only while they are parsed. Not thread safe.
 */
final class SettingsReader {

    private final SortedMap<String, Object> values = new TreeMap<>();
    private final Map<String, String> problems = new LinkedHashMap<>();

    /** The original spelling of settings whose names were written in another form. */
    private final SortedMap<String, String> written = new TreeMap<>();

    SettingsReader(Map<?, ?> settings) {
        SortedMap<String, SortedSet<String>> names = new TreeMap<>();
        settings.forEach((key, value) -> {
            if (key instanceof String name && name.startsWith(RedisSettings.PREFIX) && value != null) {
                names.computeIfAbsent(KnownSettings.canonical(name), k -> new TreeSet<>())
                        .add(name);
            }
        });
        names.forEach((key, given) -> {
            String name = given.contains(key) ? key : given.first();
            Object value = settings.get(name);
            values.put(key, value);
            if (!name.equals(key)) {
                written.put(key, name);
            }
            given.stream()
                    .filter(other -> !settings.get(other).equals(value))
                    .forEach(other -> refuse(key, "is also set as " + other + ", to another value; keep one of them"));
        });
    }

    SortedSet<String> keys() {
        return new TreeSet<>(values.keySet());
    }

    boolean isSet(String key) {
        return values.containsKey(key);
    }

    @Nullable
    Object raw(String key) {
        return values.get(key);
    }

    /** The setting's value; null if it is not set or cannot be parsed. The latter is recorded as a problem. */
    <T> @Nullable T read(String key, ValueReader<T> reader) {
        Object value = values.get(key);
        if (value == null) {
            return null;
        }
        try {
            return reader.read(value);
        } catch (WrongValueException wrong) {
            refuse(key, wrong.getMessage());
            return null;
        }
    }

    <T> T read(String key, ValueReader<T> reader, T fallback) {
        T value = read(key, reader);
        return value == null ? fallback : value;
    }

    /** Records a problem with a setting that is set. Only the first problem of each setting counts. */
    void refuse(String key, String reason) {
        String name = written.containsKey(key) ? key + " (set as " + written.get(key) + ")" : key;
        problems.putIfAbsent(key, name + " = " + Redaction.show(key, values.get(key)) + ": " + reason);
    }

    /** Ends the parsing; throws an exception if there was a problem. */
    void finish() {
        if (!problems.isEmpty()) {
            throw new ConfigException(List.copyOf(problems.values()));
        }
    }
}
