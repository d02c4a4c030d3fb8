package io.github.hibernateredis.cli;

/** The exit codes of the process. Scripts rely on them. */
final class ExitCode {

    static final int OK = 0;
    static final int FAILURE = 1;
    static final int USAGE = 2;
    static final int NOT_FOUND = 3;
    static final int REDIS = 4;
    static final int UNHEALTHY = 5;

    private ExitCode() {}
}
