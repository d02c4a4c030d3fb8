package io.github.hibernateredis.benchmarks;

import io.github.hibernateredis.ClientCustomizer;
import io.github.hibernateredis.RedisSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.redisson.config.TransportMode;

/** The candidates: a second-level cache, or a database without one. */
enum Provider {
    OURS("ours", true),
    OURS_NIO("ours-nio", true),
    OURS_NEAR("ours-near", true),
    REDISSON("redisson", true),
    REDISSON_NATIVE("redisson-native", true),
    JCACHE_CAFFEINE("jcache-caffeine", false),
    NONE_H2("none-h2", false),
    NONE_POSTGRESQL("none-postgresql", true);

    private final String label;
    private final boolean networked;

    Provider(String label, boolean networked) {
        this.label = label;
        this.networked = networked;
    }

    static Provider of(String label) {
        return Arrays.stream(values())
                .filter(provider -> provider.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No provider '" + label + "'; there are " + labels()));
    }

    static List<String> labels() {
        return Arrays.stream(values()).map(Provider::label).toList();
    }

    String label() {
        return label;
    }

    /** Whether the latency of the network matters. */
    boolean networked() {
        return networked;
    }

    /** Whether it stores its entries in Redis. */
    boolean onRedis() {
        return this == OURS || this == OURS_NIO || this == OURS_NEAR || this == REDISSON || this == REDISSON_NATIVE;
    }

    /** Whether a repeated read needs no SQL. */
    boolean caches() {
        return this != NONE_H2 && this != NONE_POSTGRESQL;
    }

    /** The settings of the session factory for this candidate; all others have their defaults. */
    Map<String, Object> settings(int latency) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("hibernate.cache.use_second_level_cache", caches());
        settings.put("hibernate.cache.use_query_cache", caches());
        switch (this) {
            case OURS, OURS_NIO, OURS_NEAR -> {
                settings.put("hibernate.cache.region.factory_class", "redis");
                settings.put("hibernate.cache.redis.url", Servers.redisUrl(latency));
                settings.put(RedisSettings.NEAR, this == OURS_NEAR);
                if (this == OURS_NIO) {
                    ClientCustomizer nio = config -> config.setTransportMode(TransportMode.NIO);
                    settings.put(RedisSettings.CLIENT_CUSTOMIZER, nio);
                }
            }
            case REDISSON, REDISSON_NATIVE -> {
                String factory = this == REDISSON ? "RedissonRegionFactory" : "RedissonRegionNativeFactory";
                settings.put("hibernate.cache.region.factory_class", "org.redisson.hibernate." + factory);
                settings.put(
                        "hibernate.cache.redisson.config",
                        redissonFile(Servers.redisUrl(latency)).toString());
            }
            case JCACHE_CAFFEINE -> {
                settings.put("hibernate.cache.region.factory_class", ByReferenceJCacheRegionFactory.class);
                settings.put(
                        "hibernate.javax.cache.provider",
                        "com.github.benmanes.caffeine.jcache.spi.CaffeineCachingProvider");
            }
            case NONE_H2, NONE_POSTGRESQL -> {}
        }
        return settings;
    }

    private static Path redissonFile(String url) {
        try {
            Path folder = Files.createDirectories(Path.of("target", "redisson"));
            Path file = Files.createTempFile(folder, "redisson", ".yaml");
            Files.writeString(file, "singleServerConfig:\n  address: \"" + url + "\"\n");
            return file.toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
