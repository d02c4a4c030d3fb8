package io.github.hibernateredis.config;

import io.github.hibernateredis.RedisSettings;

/** The region of the tables' last updates, which must never lose one. */
final class TableStampsRegion {

    private TableStampsRegion() {}

    static void refuseLimits(SettingsReader in, String scope) {
        for (String key : new String[] {RedisSettings.TTL, RedisSettings.TTL_JITTER}) {
            String setting = scope + key.substring(RedisSettings.PREFIX.length());
            if (in.isSet(setting)) {
                refuse(in, setting, "a ttl");
            }
        }
        String compression = scope + RedisSettings.COMPRESSION.substring(RedisSettings.PREFIX.length());
        if (in.isSet(compression)) {
            in.refuse(
                    compression,
                    "this region holds a number for each table, which no compression makes smaller;"
                            + " leave the setting out");
        }
        String segments = scope + RedisSettings.SEGMENTS.substring(RedisSettings.PREFIX.length());
        if (in.isSet(segments)) {
            in.refuse(
                    segments,
                    "this region is never spread, since all tables of a query are looked up in one read;"
                            + " leave the setting out");
        }
        String size = scope + RedisSettings.MAX_VALUE_SIZE.substring(RedisSettings.PREFIX.length());
        if (in.isSet(size)) {
            in.refuse(size, "this region holds a number for each table, and no values; leave the setting out");
        }
        refuseUnlessOff(in, scope, RedisSettings.MAX_IDLE, "a ttl");
        refuseUnlessOff(in, scope, RedisSettings.MAX_ENTRIES, "a size limit");
    }

    private static void refuseUnlessOff(SettingsReader in, String scope, String key, String limit) {
        String setting = scope + key.substring(RedisSettings.PREFIX.length());
        Object value = in.raw(setting);
        if (value != null && !RegionValues.isOff(value)) {
            refuse(in, setting, limit);
        }
    }

    private static void refuse(SettingsReader in, String setting, String limit) {
        in.refuse(
                setting,
                "this region holds when each table was last updated and never gets " + limit
                        + ": without an update, cached query results would pass for current; leave the setting out");
    }
}
