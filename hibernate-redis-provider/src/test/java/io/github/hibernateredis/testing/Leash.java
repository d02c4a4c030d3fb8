package io.github.hibernateredis.testing;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/**
 * Ends a process when this JVM ends, however that happens.
 *
 * <p>A shutdown hook would not run when this JVM is killed. A leash is a shell that waits for the end of its standard
 * input, which this JVM holds open, and then kills the process. It goes away by itself if the process ends before, so
 * that it can never hit another one that got the same number.
 */
public final class Leash {

    private Leash() {}

    /**
     * Ties a process to this JVM.
     *
     * @throws IOException if there is no shell
     */
    public static void tie(ProcessHandle process) throws IOException {
        // An interrupt from the terminal goes to the whole group: the leash must stay until this JVM is really gone.
        Process leash = new ProcessBuilder("sh", "-c", "trap '' INT HUP; read -r line; kill -9 " + process.pid())
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
        process.onExit().thenRun(leash::destroyForcibly);
    }
}
