package io.github.hibernateredis.store.redis;

/**
 * In how many segments a region lies.
 *
 * <p>Each decision of the nodes for a layout is a generation of its own. Both numbers stand in the incarnation of each segment,
 * so that every script and every read notices that another layout is in force, and which.
 *
 * @param segments how many
 * @param generation which decision it was; 0 if there never was one, and then there is one segment
 */
record Layout(int segments, long generation) {

    static final Layout UNDECIDED = new Layout(1, 0);

    /** {@link io.github.hibernateredis.RedisSettings#SEGMENTS}. */
    private static final int MOST_SEGMENTS = 1024;

    /** Whether a region can have so many segments: what somebody has written into Redis may be anything. */
    static boolean isPossible(long segments) {
        return segments >= 1 && segments <= MOST_SEGMENTS;
    }

    /** What the names of incarnations in this layout begin with; a name itself has no hyphen. */
    String prefix() {
        return generation == 0 ? "" : generation + "." + segments + "-";
    }

    /** Whether that is the name of an incarnation in the layout of that prefix. */
    static boolean isNamed(String incarnation, String prefix) {
        return prefix.isEmpty() ? incarnation.indexOf('-') < 0 : incarnation.startsWith(prefix);
    }
}
