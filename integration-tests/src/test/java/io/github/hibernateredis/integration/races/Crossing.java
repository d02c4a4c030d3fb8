package io.github.hibernateredis.integration.races;

import jakarta.persistence.AttributeConverter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A point where a reading thread can be stopped. As a converter it is called after the row has come from the database,
 * and before it is offered to the cache.
 */
public final class Crossing implements AttributeConverter<String, String> {

    private static final ThreadLocal<@Nullable Runnable> STOP = new ThreadLocal<>();

    @Override
    public String convertToDatabaseColumn(String attribute) {
        return attribute;
    }

    @Override
    public String convertToEntityAttribute(String column) {
        Runnable stop = STOP.get();
        if (stop != null) {
            STOP.remove();
            stop.run();
        }
        return column;
    }

    /** A reader that was stopped after it had read a row. */
    static final class Reader {

        private final CompletableFuture<Void> goes = new CompletableFuture<>();
        private final CompletableFuture<Void> end;

        private Reader(CompletableFuture<Void> end) {
            this.end = end;
        }

        /** Continues it, and waits for its end. */
        void finish() {
            goes.complete(null);
            get(end);
        }
    }

    /** Starts a reader. Returns when it has read its first row from the database, or has ended without one. */
    static Reader read(Runnable reading) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        Reader reader = new Reader(end);
        Thread thread = new Thread(
                () -> {
                    STOP.set(() -> {
                        stopped.complete(null);
                        get(reader.goes);
                    });
                    try {
                        reading.run();
                        end.complete(null);
                    } catch (Throwable e) {
                        end.completeExceptionally(e);
                    }
                    stopped.complete(null);
                },
                "reader");
        thread.setDaemon(true);
        thread.start();
        get(stopped);
        return reader;
    }

    /** A writer in a separate thread. */
    static final class Writer {

        private static final ThreadLocal<CompletableFuture<Void>> BEGINS = new ThreadLocal<>();

        private final CompletableFuture<Void> end = new CompletableFuture<>();

        private Writer() {}

        /** The writer calls this before an action that may have to wait for other transactions. */
        static void begins() {
            BEGINS.get().complete(null);
        }

        void finish() {
            get(end);
        }
    }

    /** Starts a writer and returns when it has called {@link Writer#begins()}. */
    static Writer write(Runnable writing) {
        Writer writer = new Writer();
        CompletableFuture<Void> begun = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    Writer.BEGINS.set(begun);
                    try {
                        writing.run();
                        writer.end.complete(null);
                    } catch (Throwable e) {
                        writer.end.completeExceptionally(e);
                    }
                    begun.completeExceptionally(new AssertionError("has not begun"));
                },
                "writer");
        thread.setDaemon(true);
        thread.start();
        get(begun);
        return writer;
    }

    /** Waits for a bounded time. */
    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
