package io.github.hibernateredis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The one thread of the JVM that ends the waiting of {@link CompletableFuture}. */
final class TimerThread {

    private TimerThread() {}

    /**
     * Starts it if nobody has. It lives as long as the JVM and keeps the context class loader of the thread that needed it first:
     * that of a web application would stay in memory after its end, and Tomcat would warn of it.
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
