package io.github.hibernateredis.testing;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/**
 * Ends a process when this JVM ends, even if the JVM crashes.
 *
 * <p>A shutdown hook does not run if this JVM is killed. A leash is a shell that waits for the end of its standard
 * input, which this JVM keeps open, and then kills the process. If the process ends first, the shell ends, too, so that
 * it can never kill a later process with the same id.
 */
public final class Leash {

    private Leash() {}

    /**
     * Ties a process to this JVM.
     *
     * @throws IOException if there is no shell
     */
    public static void tie(ProcessHandle process) throws IOException {
        // An interrupt from the terminal reaches the whole process group. The shell must survive it until this JVM has
        // ended.
        Process leash = new ProcessBuilder("sh", "-c", "trap '' INT HUP; read -r line; kill -9 " + process.pid())
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
        process.onExit().thenRun(leash::destroyForcibly);
    }
}
