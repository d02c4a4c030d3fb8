package io.github.hibernateredis.spring.boot;

import io.github.hibernateredis.RedisSettings;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Reads the provider's settings from {@code hibernate.cache.redis.*}, in every form that relaxed binding allows.
 * Unknown names are passed on as well: the provider rejects them, and names the most similar setting.
 */
final class ProviderSettings {

    private static final String REGION = "region.";

    /** The names of the starter's own properties, in the form of {@link #uniform}. */
    private static final Set<String> OWN = Set.of(
            "enabled",
            "querycache",
            "statistics",
            "clientbean",
            "username",
            "password",
            "sslbundle",
            "healthoutagestatus",
            "metricsenabled");

    /** The names of the provider's settings without their prefix, by their form in {@link #uniform}. */
    private static final Map<String, String> KNOWN = Arrays.stream(RedisSettings.class.getFields())
            .map(ProviderSettings::value)
            .filter(name -> !name.endsWith("."))
            .map(name -> name.substring(RedisSettings.PREFIX.length()))
            .collect(Collectors.toUnmodifiableMap(ProviderSettings::uniform, Function.identity()));

    private ProviderSettings() {}

    private static String value(Field constant) {
        try {
            return (String) constant.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The settings by their full names. */
    static Map<String, Object> read(Environment environment) {
        Map<String, String> given = Binder.get(environment)
                .bind(HibernateRedisProperties.PREFIX, Bindable.mapOf(String.class, String.class))
                .orElse(Map.of());
        Map<String, Object> settings = new TreeMap<>();
        given.forEach((name, value) -> {
            String scalar = name.startsWith(REGION) ? name : name.replaceFirst("(\\.\\d+|\\[\\d+])$", "");
            if (!OWN.contains(uniform(scalar))) {
                settings.merge(
                        RedisSettings.PREFIX + setting(scalar), value, (members, member) -> members + "," + member);
            }
        });
        return settings;
    }

    private static String setting(String name) {
        if (name.startsWith(REGION)) {
            int last = name.lastIndexOf('.') + 1;
            return name.substring(0, last) + name.substring(last).replace('-', '_');
        }
        return KNOWN.getOrDefault(uniform(name), name.replace('-', '_'));
    }

    private static String uniform(String name) {
        return name.replaceAll("[._-]", "").toLowerCase(Locale.ROOT);
    }
}
