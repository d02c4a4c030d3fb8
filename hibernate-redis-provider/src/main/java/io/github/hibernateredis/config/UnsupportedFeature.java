package io.github.hibernateredis.config;

import static io.github.hibernateredis.RedisSettings.MAX_IDLE;
import static io.github.hibernateredis.RedisSettings.PREFIX;

import java.util.List;
import java.util.Locale;

/** A setting of a feature that this version lacks. It accepts only the values that mean "off". */
enum UnsupportedFeature {
    IDLE_EXPIRY(MAX_IDLE, "expiry of idle entries", "none", "off", "0", "0ms", "0s", "0m", "0h", "0d", "pt0s");

    private final String setting;
    private final String feature;
    private final List<String> off;

    UnsupportedFeature(String key, String feature, String... off) {
        this.setting = key.substring(PREFIX.length());
        this.feature = feature;
        this.off = List.of(off);
    }

    /** Rejects such settings, unless they are off, among those whose names begin with the scope. */
    static void refuse(SettingsReader in, String scope) {
        for (UnsupportedFeature each : values()) {
            if (each.isAskedFor(in, scope)) {
                in.refuse(
                        scope + each.setting,
                        each.feature + " is not supported by this version; leave the setting out or set it to "
                                + each.off.get(0));
            }
        }
    }

    boolean isAskedFor(SettingsReader in, String scope) {
        Object value = in.raw(scope + setting);
        return value != null && !off.contains(value.toString().trim().toLowerCase(Locale.ROOT));
    }

    String setting() {
        return setting;
    }
}
