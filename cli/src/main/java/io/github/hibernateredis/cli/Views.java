package io.github.hibernateredis.cli;

import io.github.hibernateredis.inspection.EntryDetails;
import io.github.hibernateredis.inspection.LockDetails;
import io.github.hibernateredis.inspection.RegionDetails;
import io.github.hibernateredis.inspection.SegmentDetails;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The output of the commands, for people and for scripts. */
final class Views {

    private Views() {}

    static String regions(List<RegionDetails> regions) {
        Table table = new Table("REGION", "SEGMENTS", "ENTRIES", "MEMORY", "TTL", "VERSION", "EPOCH");
        for (RegionDetails region : regions) {
            table.add(
                    region.name(),
                    region.segments().size(),
                    region.entries(),
                    Shown.bytes(region.bytes()),
                    Shown.duration(region.ttl()),
                    Shown.stamp(region.version()),
                    region.segments().size() > 1
                            ? "one for each segment"
                            : Objects.requireNonNullElse(region.epoch(), Shown.NONE));
        }
        return table.toString();
    }

    static String region(RegionDetails region) {
        Table table =
                new Table("SEGMENT", "ENTRIES", "MEMORY", "TTL", "VERSION", "NEWEST STAMP", "REGION LOCKS", "EPOCH");
        for (SegmentDetails segment : region.segments()) {
            table.add(
                    segment.number(),
                    segment.entries(),
                    Shown.bytes(segment.bytes()),
                    Shown.duration(segment.ttl()),
                    Shown.stamp(segment.version()),
                    Shown.stamp(segment.newestStamp()),
                    segment.regionLocks(),
                    Objects.requireNonNullElse(segment.epoch(), Shown.NONE));
        }
        return "region    " + region.name() + "\ndatabase  "
                + Objects.requireNonNullElse(region.database(), Shown.NONE) + "\nentries   " + region.entries()
                + "\nmemory    " + Shown.bytes(region.bytes()) + "\n\n" + table;
    }

    static Map<String, @Nullable Object> json(RegionDetails region) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("region", region.name());
        json.put("database", region.database());
        json.put("entries", region.entries());
        json.put("bytes", region.bytes());
        json.put("ttlMillis", region.ttl() == null ? null : region.ttl().toMillis());
        json.put("version", region.version());
        json.put("segments", region.segments().stream().map(Views::json).toList());
        return json;
    }

    private static Map<String, @Nullable Object> json(SegmentDetails segment) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("segment", segment.number());
        json.put("epoch", segment.epoch());
        json.put("version", segment.version());
        json.put("newestStamp", segment.newestStamp());
        json.put("entries", segment.entries());
        json.put("bytes", segment.bytes());
        json.put("ttlMillis", segment.ttl() == null ? null : segment.ttl().toMillis());
        json.put("regionLocks", segment.regionLocks());
        return json;
    }

    static String entry(EntryDetails entry) {
        StringBuilder text = new StringBuilder();
        line(text, "region", entry.region());
        line(text, "key", entry.key());
        line(text, "segment", Integer.toString(entry.segment()));
        EntryDetails.Value value = entry.value();
        if (value == null) {
            line(text, "state", "not stored");
        } else {
            line(text, "state", value.state().name().toLowerCase(Locale.ROOT).replace('_', ' '));
            line(text, "expires in", Shown.duration(value.remaining()));
            line(text, "size", Shown.bytes((long) value.size()));
            line(text, "stamp", Shown.stamp(value.stamp()));
            if (!value.checksum().isEmpty()) {
                line(text, "checksum", value.checksum());
                line(text, "compression", value.compression());
            }
        }
        line(text, "floor", Shown.stamp(entry.floor()));
        line(text, "version", Shown.stamp(entry.version()));
        line(text, "region locks", Integer.toString(entry.regionLocks()));
        for (LockDetails lock : entry.locks()) {
            line(
                    text,
                    "lock",
                    lock.id() + ", " + Shown.duration(lock.remaining()) + (lock.conflicted() ? ", conflicted" : ""));
        }
        if (value != null && value.payload().length > 0) {
            text.append("\npayload, ")
                    .append(value.payload().length)
                    .append(" bytes\n")
                    .append(Shown.dump(value.payload()));
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format("%-13s %s%n", name, value).replace(System.lineSeparator(), "\n"));
    }

    static Map<String, @Nullable Object> json(EntryDetails entry) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("region", entry.region());
        json.put("key", entry.key());
        json.put("segment", entry.segment());
        json.put("live", entry.isLive());
        EntryDetails.Value value = entry.value();
        if (value != null) {
            json.put("state", value.state().name());
            json.put("remainingMillis", value.remaining().toMillis());
            json.put("size", value.size());
            json.put("stamp", value.stamp());
            json.put("checksum", value.checksum());
            json.put("compression", value.compression());
            json.put("payload", HexFormat.of().formatHex(value.payload()));
        }
        json.put("floor", entry.floor());
        json.put("version", entry.version());
        json.put("regionLocks", entry.regionLocks());
        json.put(
                "locks",
                entry.locks().stream()
                        .map(lock -> Map.of(
                                "id", lock.id(),
                                "remainingMillis", lock.remaining().toMillis(),
                                "conflicted", lock.conflicted()))
                        .toList());
        return json;
    }
}
