package io.github.hibernateredis.config;

import static io.github.hibernateredis.RedisSettings.ABSENT_TTL;
import static io.github.hibernateredis.RedisSettings.ALLOWED_CLASSES;
import static io.github.hibernateredis.RedisSettings.CLEAR_ON_START;
import static io.github.hibernateredis.RedisSettings.CLIENT;
import static io.github.hibernateredis.RedisSettings.CLIENT_CUSTOMIZER;
import static io.github.hibernateredis.RedisSettings.COMPRESSION;
import static io.github.hibernateredis.RedisSettings.CONFIG;
import static io.github.hibernateredis.RedisSettings.KEY_PREFIX;
import static io.github.hibernateredis.RedisSettings.LISTENER;
import static io.github.hibernateredis.RedisSettings.LOAD_WAIT;
import static io.github.hibernateredis.RedisSettings.LOAD_WAITERS;
import static io.github.hibernateredis.RedisSettings.LOCK_TIMEOUT;
import static io.github.hibernateredis.RedisSettings.MAX_ENTRIES;
import static io.github.hibernateredis.RedisSettings.MAX_IDLE;
import static io.github.hibernateredis.RedisSettings.MAX_VALUE_SIZE;
import static io.github.hibernateredis.RedisSettings.MODE;
import static io.github.hibernateredis.RedisSettings.NEAR;
import static io.github.hibernateredis.RedisSettings.NEAR_LEASE;
import static io.github.hibernateredis.RedisSettings.NEAR_MAX_BYTES;
import static io.github.hibernateredis.RedisSettings.NEAR_MAX_ENTRIES;
import static io.github.hibernateredis.RedisSettings.ON_FOREIGN_PREFIX;
import static io.github.hibernateredis.RedisSettings.OUTAGE_POLICY;
import static io.github.hibernateredis.RedisSettings.PREFIX;
import static io.github.hibernateredis.RedisSettings.REGION_PREFIX;
import static io.github.hibernateredis.RedisSettings.SEGMENTS;
import static io.github.hibernateredis.RedisSettings.SENTINEL_MASTER;
import static io.github.hibernateredis.RedisSettings.SENTINEL_PASSWORD;
import static io.github.hibernateredis.RedisSettings.SENTINEL_USERNAME;
import static io.github.hibernateredis.RedisSettings.TIMEOUT;
import static io.github.hibernateredis.RedisSettings.TTL;
import static io.github.hibernateredis.RedisSettings.TTL_JITTER;
import static io.github.hibernateredis.RedisSettings.URL;
import static io.github.hibernateredis.RedisSettings.WARM_UP;
import static io.github.hibernateredis.RedisSettings.WARM_UP_RATE;
import static io.github.hibernateredis.RedisSettings.WARM_UP_THREADS;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** Distinguishes known settings from unknown ones. */
final class KnownSettings {

    /** The settings that every region has, without their prefix. */
    private static final List<String> OF_REGIONS = Stream.of(
                    TTL,
                    TTL_JITTER,
                    MAX_IDLE,
                    MAX_ENTRIES,
                    MAX_VALUE_SIZE,
                    COMPRESSION,
                    SEGMENTS,
                    NEAR,
                    NEAR_MAX_ENTRIES,
                    NEAR_MAX_BYTES,
                    NEAR_LEASE,
                    OUTAGE_POLICY,
                    LOAD_WAIT,
                    ABSENT_TTL)
            .map(key -> key.substring(PREFIX.length()))
            .toList();

    private static final List<String> GLOBAL = Stream.concat(
                    Stream.of(
                            URL,
                            MODE,
                            SENTINEL_MASTER,
                            SENTINEL_USERNAME,
                            SENTINEL_PASSWORD,
                            CONFIG,
                            CLIENT,
                            CLIENT_CUSTOMIZER,
                            KEY_PREFIX,
                            ON_FOREIGN_PREFIX,
                            CLEAR_ON_START,
                            WARM_UP,
                            WARM_UP_THREADS,
                            WARM_UP_RATE,
                            TIMEOUT,
                            LOCK_TIMEOUT,
                            ALLOWED_CLASSES,
                            LISTENER,
                            LOAD_WAITERS),
                    OF_REGIONS.stream().map(PREFIX::concat))
            .toList();

    private static final int MOST_WORDS = 3;

    private KnownSettings() {}

    /**
     * The name of the setting that is meant if its words are separated by other characters than underscores, because
     * frameworks convert environment variables to names with dots. The same name if it is known, or if it resembles no
     * setting or several.
     */
    static String canonical(String key) {
        if (isKnown(key)) {
            return key;
        }
        List<String> meant = key.startsWith(REGION_PREFIX) ? meantOfRegion(key) : meant(key, PREFIX, GLOBAL);
        return meant.size() == 1 ? meant.get(0) : key;
    }

    /** Names of regions contain dots as well, so the name of the setting may begin at any of the last words. */
    private static List<String> meantOfRegion(String key) {
        List<String> meant = new ArrayList<>();
        int dot = key.length();
        for (int words = 1; words <= MOST_WORDS; words++) {
            dot = key.lastIndexOf('.', dot - 1);
            if (dot <= REGION_PREFIX.length()) {
                break;
            }
            String scope = key.substring(0, dot + 1);
            meant.addAll(
                    meant(key, scope, OF_REGIONS.stream().map(scope::concat).toList()));
        }
        return meant;
    }

    private static List<String> meant(String key, String scope, List<String> known) {
        String words = words(key.substring(scope.length()));
        return known.stream()
                .filter(name -> words(name.substring(scope.length())).equals(words))
                .toList();
    }

    private static String words(String name) {
        return name.replaceAll("[._-]", "").toLowerCase(Locale.ROOT);
    }

    /** @param refuse receives each unknown key and the message about it */
    static void refuseUnknown(Collection<String> keys, BiConsumer<String, String> refuse) {
        for (String key : keys) {
            if (!isKnown(key)) {
                refuse.accept(key, explain(key));
            }
        }
    }

    private static boolean isKnown(String key) {
        RegionKey regionKey = RegionKey.parse(key);
        return regionKey == null ? GLOBAL.contains(key) : OF_REGIONS.contains(regionKey.setting());
    }

    private static String explain(String key) {
        RegionKey regionKey = RegionKey.parse(key);
        if (regionKey == null && (key + '.').startsWith(REGION_PREFIX)) {
            return "names no region, or no setting of a region; expected " + REGION_PREFIX + "<region name>.<setting>";
        }
        List<String> nearest = NearestNames.of(key, regionKey == null ? candidates(key) : ofRegion(regionKey));
        return (nearest.size() == 1 ? "no such setting; the nearest is " : "no such setting; equally near are ")
                + String.join(", ", nearest);
    }

    private static List<String> ofRegion(RegionKey key) {
        return OF_REGIONS.stream().map(key.scope()::concat).toList();
    }

    /**
     * Returns the global settings and, for a name of several parts, also the settings of a region, in case "region" is
     * misspelt or missing.
     */
    private static List<String> candidates(String key) {
        List<String> candidates = new ArrayList<>(GLOBAL);
        String name = key.substring(PREFIX.length());
        int dot = name.indexOf('.');
        boolean mistyped = dot > 0 && NearestNames.distance(name.substring(0, dot), "region") <= 2;
        RegionKey meant = RegionKey.parse(REGION_PREFIX + (mistyped ? name.substring(dot + 1) : name));
        if (meant != null) {
            candidates.addAll(ofRegion(meant));
        }
        return candidates;
    }
}
