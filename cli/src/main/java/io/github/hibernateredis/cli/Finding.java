package io.github.hibernateredis.cli;

/**
 * A finding about a server.
 *
 * @param level its severity
 * @param check the name of the check
 * @param server the address of the server
 * @param what what was found
 * @param advice what to change; empty for nothing
 */
record Finding(Level level, String check, String server, String what, String advice) {

    /** The severity. */
    enum Level {
        /** As it should be. */
        OK,
        /** It costs something, or may. */
        WARN,
        /** The cache does not work, stops working, or loses a guarantee. */
        BAD
    }
}
