package io.github.hibernateredis.cli;

/**
 * What was found about a server.
 *
 * @param level how bad it is
 * @param check what was looked at
 * @param server the address of the server
 * @param what what is so
 * @param advice what to change; empty for nothing
 */
record Finding(Level level, String check, String server, String what, String advice) {

    /** How bad something is. */
    enum Level {
        /** As it should be. */
        OK,
        /** It costs something, or may. */
        WARN,
        /** The cache does not work, or stops working, or loses a guarantee. */
        BAD
    }
}
