package io.github.hibernateredis.session;

import io.github.hibernateredis.store.TableUpdate;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tables that the session's transaction writes. Changed under the lock of its {@link SessionWrites}; any thread
 * may read it.
 */
final class TableUpdates {

    private final LockIds ids;
    private volatile @Nullable TableUpdate current;

    TableUpdates(LockIds ids) {
        this.ids = ids;
    }

    /** The transaction also writes these tables. */
    TableUpdate begin(String region, Collection<String> tables) {
        TableUpdate known = current;
        Set<String> all = new LinkedHashSet<>(tables);
        if (known != null) {
            all.addAll(known.tables());
        }
        TableUpdate update = new TableUpdate(region, known == null ? ids.next() : known.id(), all);
        current = update;
        return update;
    }

    /** The update that must be ended when the transaction has written these tables. */
    TableUpdate end(String region, Collection<String> tables) {
        TableUpdate known = current;
        Set<String> left = known == null ? new LinkedHashSet<>() : new LinkedHashSet<>(known.tables());
        left.removeAll(tables);
        String id = known == null ? ids.next() : known.id();
        current = left.isEmpty() ? null : new TableUpdate(region, id, left);
        return new TableUpdate(region, id, new LinkedHashSet<>(tables));
    }

    @Nullable
    TableUpdate current() {
        return current;
    }

    boolean isUpdating(Collection<String> tables) {
        TableUpdate known = current;
        return known != null && !Collections.disjoint(known.tables(), tables);
    }
}
