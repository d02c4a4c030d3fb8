package io.github.hibernateredis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The JVM's one thread that ends the timed waits of {@link CompletableFuture}. */
final class TimerThread {

    private TimerThread() {}

    /**
     * Starts the thread if it does not run yet. It lives as long as the JVM and keeps the context class loader of the
     * thread that first needed it. The class loader of a web application would then stay in memory after its end, and
     * Tomcat would log a warning.
     */
    static void start() {
        Thread current = Thread.currentThread();
        ClassLoader ofTheApplication = current.getContextClassLoader();
        current.setContextClassLoader(ClassLoader.getSystemClassLoader());
        try {
            CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS, Runnable::run)
                    .execute(() -> {});
        } finally {
            current.setContextClassLoader(ofTheApplication);
        }
    }
}
