package io.github.hibernateredis.store.redis;

import io.github.hibernateredis.store.Stamp;

/**
 * The beginning of every answer of a segment: {@code <stamp>:<epoch>:<invalidations>}.
 *
 * @param stamp the newest stamp
 * @param invalidations the number of invalidations in that epoch
 */
record Line(Stamp stamp, long invalidations) {

    /** Parses the line. Without a number there was no invalidation yet. */
    static Line parse(String text) {
        int first = text.indexOf(':');
        int last = text.lastIndexOf(':');
        return first == last
                ? new Line(Stamp.parse(text), 0)
                : new Line(Stamp.parse(text.substring(0, last)), Long.parseLong(text.substring(last + 1)));
    }
}
