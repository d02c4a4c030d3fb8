package io.github.hibernateredis.config;

import io.github.hibernateredis.RedisSettings;

/**
 * Rejects settings that would lose entries of the region of table stamps: it must never lose the last update of a
 * table.
 */
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
                    "this region stores one number per table, which compression does not make smaller;"
                            + " leave the setting out");
        }
        String segments = scope + RedisSettings.SEGMENTS.substring(RedisSettings.PREFIX.length());
        if (in.isSet(segments)) {
            in.refuse(
                    segments,
                    "this region has only one segment, because one read looks up all tables of a query;"
                            + " leave the setting out");
        }
        String size = scope + RedisSettings.MAX_VALUE_SIZE.substring(RedisSettings.PREFIX.length());
        if (in.isSet(size)) {
            in.refuse(size, "this region stores one number per table and no values; leave the setting out");
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
                "this region stores when each table was last updated and never gets " + limit
                        + ": if an update were lost, outdated query results would be used; leave the setting out");
    }
}
