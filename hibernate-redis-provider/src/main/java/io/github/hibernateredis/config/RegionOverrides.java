package io.github.hibernateredis.config;

import io.github.hibernateredis.RedisCacheRegion;
import io.github.hibernateredis.RedisSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one source for a region. A null sets nothing.
 *
 * @param ttl the TTL
 * @param ttlJitter the TTL's jitter, a fraction
 * @param compression how values are compressed
 * @param outagePolicy the outage policy
 * @param segments the number of segments
 * @param maxValueSize the size of the largest value that is stored, in bytes
 * @param features the optional features
 * @param near the settings of the near cache
 * @param source where these values are set, for messages
 */
public record RegionOverrides(
        @Nullable Duration ttl,
        @Nullable Double ttlJitter,
        @Nullable Compression compression,
        @Nullable OutagePolicy outagePolicy,
        @Nullable Integer segments,
        @Nullable Long maxValueSize,
        RegionFeatures features,
        NearOverrides near,
        String source) {

    /**
     * Parses an annotation.
     *
     * @param annotation the annotation
     * @param location the annotated element, such as {@code com.acme.Order.lines}, for messages
     * @return the values that the annotation sets
     * @throws ConfigException if a member cannot be parsed
     */
    public static RegionOverrides from(RedisCacheRegion annotation, String location) {
        List<String> problems = new ArrayList<>();
        RegionOverrides overrides = new RegionOverrides(
                read("ttl", annotation.ttl(), location, RegionValues::ttl, problems),
                read("ttlJitter", annotation.ttlJitter(), location, RegionValues::ttlJitter, problems),
                read("compression", annotation.compression(), location, Compressions::read, problems),
                null,
                null,
                read("maxValueSize", annotation.maxValueSize(), location, RegionValues.MAX_VALUE_SIZE, problems),
                new RegionFeatures(
                        read("loadWait", annotation.loadWait(), location, RegionValues::loadWait, problems),
                        read("absentTtl", annotation.absentTtl(), location, RegionValues::absentTtl, problems),
                        read("maxIdle", annotation.maxIdle(), location, RegionValues::maxIdle, problems),
                        read("maxEntries", annotation.maxEntries(), location, RegionValues::maxEntries, problems)),
                new NearOverrides(
                        read("near", annotation.near(), location, RegionValues::near, problems),
                        read(
                                "nearMaxEntries",
                                annotation.nearMaxEntries(),
                                location,
                                RegionValues::nearMaxEntries,
                                problems),
                        read(
                                "nearMaxBytes",
                                annotation.nearMaxBytes(),
                                location,
                                RegionValues.NEAR_MAX_BYTES,
                                problems),
                        read("nearLease", annotation.nearLease(), location, RegionValues.NEAR_LEASE, problems)),
                "@RedisCacheRegion on " + location);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return overrides;
    }

    private static <T> @Nullable T read(
            String member, String value, String location, ValueReader<T> reader, List<String> problems) {
        if (value.isEmpty()) {
            return null;
        }
        try {
            return reader.read(value);
        } catch (WrongValueException wrong) {
            problems.add("@RedisCacheRegion(" + member + " = " + Redaction.show(member, value) + ") on " + location
                    + ": " + wrong.getMessage());
            return null;
        }
    }

    /** Parses the settings whose names begin with the scope: those of one region, or the defaults for all regions. */
    static RegionOverrides read(SettingsReader in, String scope) {
        return new RegionOverrides(
                in.read(inScope(scope, RedisSettings.TTL), RegionValues::ttl),
                in.read(inScope(scope, RedisSettings.TTL_JITTER), RegionValues::ttlJitter),
                in.read(inScope(scope, RedisSettings.COMPRESSION), Compressions::read),
                in.read(inScope(scope, RedisSettings.OUTAGE_POLICY), RegionValues::outagePolicy),
                in.read(inScope(scope, RedisSettings.SEGMENTS), RegionValues::segments),
                in.read(inScope(scope, RedisSettings.MAX_VALUE_SIZE), RegionValues.MAX_VALUE_SIZE),
                new RegionFeatures(
                        in.read(inScope(scope, RedisSettings.LOAD_WAIT), RegionValues::loadWait),
                        in.read(inScope(scope, RedisSettings.ABSENT_TTL), RegionValues::absentTtl),
                        in.read(inScope(scope, RedisSettings.MAX_IDLE), RegionValues::maxIdle),
                        in.read(inScope(scope, RedisSettings.MAX_ENTRIES), RegionValues::maxEntries)),
                new NearOverrides(
                        in.read(inScope(scope, RedisSettings.NEAR), RegionValues::near),
                        in.read(inScope(scope, RedisSettings.NEAR_MAX_ENTRIES), RegionValues::nearMaxEntries),
                        in.read(inScope(scope, RedisSettings.NEAR_MAX_BYTES), RegionValues.NEAR_MAX_BYTES),
                        in.read(inScope(scope, RedisSettings.NEAR_LEASE), RegionValues.NEAR_LEASE)),
                scope + '*');
    }

    private static String inScope(String scope, String key) {
        return scope + key.substring(RedisSettings.PREFIX.length());
    }

    /**
     * Merges the values of two elements that share a region.
     *
     * @param other the values of the other element
     * @param regionName the region's name, for messages
     * @return the values of both
     * @throws ConfigException if they contradict each other
     */
    public RegionOverrides merge(RegionOverrides other, String regionName) {
        List<String> problems = new ArrayList<>();
        String sources = source.equals(other.source) ? source : source + " and " + other.source;
        RegionOverrides merged = new RegionOverrides(
                merge("ttl", ttl, other.ttl, other, regionName, problems),
                merge("ttlJitter", ttlJitter, other.ttlJitter, other, regionName, problems),
                merge("compression", compression, other.compression, other, regionName, problems),
                merge("outagePolicy", outagePolicy, other.outagePolicy, other, regionName, problems),
                merge("segments", segments, other.segments, other, regionName, problems),
                merge("maxValueSize", maxValueSize, other.maxValueSize, other, regionName, problems),
                new RegionFeatures(
                        merge("loadWait", features.loadWait(), other.features.loadWait(), other, regionName, problems),
                        merge(
                                "absentTtl",
                                features.absentTtl(),
                                other.features.absentTtl(),
                                other,
                                regionName,
                                problems),
                        merge("maxIdle", features.maxIdle(), other.features.maxIdle(), other, regionName, problems),
                        merge(
                                "maxEntries",
                                features.maxEntries(),
                                other.features.maxEntries(),
                                other,
                                regionName,
                                problems)),
                new NearOverrides(
                        merge("near", near.on(), other.near.on(), other, regionName, problems),
                        merge(
                                "nearMaxEntries",
                                near.maxEntries(),
                                other.near.maxEntries(),
                                other,
                                regionName,
                                problems),
                        merge("nearMaxBytes", near.maxBytes(), other.near.maxBytes(), other, regionName, problems),
                        merge("nearLease", near.lease(), other.near.lease(), other, regionName, problems)),
                sources);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return merged;
    }

    private <T> @Nullable T merge(
            String member,
            @Nullable T mine,
            @Nullable T theirs,
            RegionOverrides other,
            String regionName,
            List<String> problems) {
        if (mine != null && theirs != null && !mine.equals(theirs)) {
            problems.add("The region " + regionName + " has two values of " + member + ": " + show(mine) + " by "
                    + source + ", " + show(theirs) + " by " + other.source);
        }
        return mine != null ? mine : theirs;
    }

    private static String show(Object value) {
        return value instanceof Duration duration ? Durations.show(duration) : Objects.toString(value);
    }
}
