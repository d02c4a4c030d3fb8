package io.github.hibernateredis.region;

import io.github.hibernateredis.store.TableStamps;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether other instances cache query results while this one does not. In that case the ORM (6.6 to 8.0) does
 * not report updated tables here, and outdated results stay until they expire. Logs one warning. Used by one thread.
 */
final class UnevenSettings {

    /** The number of heartbeats per check. Other active instances send heartbeats in between. */
    private static final int HEARTBEATS = 5;

    private final Supplier<TableStamps> tables;
    private final Consumer<String> warnings;
    private int heartbeats;
    private @Nullable String lastSign;
    private boolean warned;

    UnevenSettings(Supplier<TableStamps> tables, Consumer<String> warnings) {
        this.tables = tables;
        this.warnings = warnings;
    }

    CompletableFuture<Void> look() {
        if (warned || heartbeats++ % HEARTBEATS != 0) {
            return CompletableFuture.completedFuture(null);
        }
        return tables.get().lastHeartbeat().thenAccept(this::found);
    }

    private void found(@Nullable String sign) {
        if (sign != null && lastSign != null && !sign.equals(lastSign)) {
            warned = true;
            warnings.accept(
                    "Another instance under the same key prefix caches the results of queries, and this one does not:"
                            + " writes of this instance do not invalidate those results, which can be outdated until"
                            + " they expire. Set hibernate.cache.use_query_cache to the same value in all instances");
        }
        lastSign = sign;
    }
}
