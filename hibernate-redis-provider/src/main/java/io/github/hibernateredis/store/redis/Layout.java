package io.github.hibernateredis.store.redis;

/**
 * In how many segments a region lies.
 *
 * <p>Each decision of the nodes for a layout is a generation of its own. It stands in the incarnation of each segment, so that
 * every script and every read notices that another layout is in force.
 *
 * @param segments how many
 * @param generation which decision it was; 0 if there never was one, and then there is one segment
 */
record Layout(int segments, long generation) {

    static final Layout UNDECIDED = new Layout(1, 0);

    /** The name of an incarnation in that generation. */
    static byte[] named(long generation, byte[] name) {
        return generation == 0 ? name : RedisConnection.bytes(generation + "-" + RedisConnection.text(name));
    }

    static long generationOf(String incarnation) {
        int hyphen = incarnation.indexOf('-');
        return hyphen < 0 ? 0 : Long.parseLong(incarnation, 0, hyphen, 10);
    }
}
