package io.github.hibernateredis.access;

import io.github.hibernateredis.codec.AbsentRow;
import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.codec.UncacheableValueException;
import io.github.hibernateredis.codec.ValueCodec;
import io.github.hibernateredis.config.OutagePolicy;
import io.github.hibernateredis.config.RegionConfig;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.LogMessage;
import io.github.hibernateredis.events.MissReason;
import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.loading.LoadGate;
import io.github.hibernateredis.readahead.ReadAhead;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.StoreKey;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one role in a region: converts between the ORM's values and the stored bytes. Thread safe.
 *
 * @param store the region store
 * @param codec the role's codec; created at the first use, because the metamodel is not available while regions are
 *     created
 * @param settings compression, maximum size, and the outage policy
 * @param events receives the events
 * @param warnings receives the warnings about values that cannot be cached
 * @param loads where sessions wait for the loads of other sessions; null if they do not wait
 * @param reloader reloads entries that are still served; null if there are no reloads
 */
public record Items(
        RegionStore store,
        Supplier<ValueCodec> codec,
        RegionConfig settings,
        CacheListener events,
        Consumer<String> warnings,
        @Nullable LoadGate loads,
        @Nullable Reloader reloader) {

    /** Whether no write is allowed without a lock. */
    boolean mustLock() {
        return settings.outagePolicy() == OutagePolicy.CONSISTENT;
    }

    /** Whether the region remembers which rows do not exist. */
    boolean remembersAbsentRows() {
        return settings.features().absentTtl() != null;
    }

    StoreKey at(EntryKey key) {
        return new StoreKey(store.name(), key.name());
    }

    /** Returns the value of a lookup, or null, and reports a hit or a miss. */
    @Nullable
    Object use(EntryKey key, Lookup lookup) {
        Object value = lookup instanceof Lookup.Hit hit ? decode(key, hit.value()) : null;
        report(key, lookup, value);
        return value;
    }

    /** Returns the value that was read ahead, or null, and reports a hit or a miss. */
    @Nullable
    Object use(EntryKey key, ReadAhead.Answer answer) {
        report(key, answer.lookup(), answer.value());
        return answer.value();
    }

    private void report(EntryKey key, Lookup lookup, @Nullable Object value) {
        if (lookup instanceof Lookup.Hit hit) {
            if (value == null) {
                missed(key, AbsentRow.is(hit.value()) ? MissReason.ABSENT : MissReason.UNREADABLE);
            } else if (hit.isNear()) {
                events.nearHit(store.name());
            } else {
                events.hit(store.name());
            }
        } else if (lookup instanceof Lookup.Miss miss) {
            missed(key, miss.reason());
        } else if (lookup instanceof Lookup.Bypassed bypassed) {
            events.bypassed(store.name(), bypassed.reason());
            LogMessage.LOOKUP_BYPASSED.log(store.name(), key, bypassed.reason());
        }
    }

    /** Reports that a lookup has found no usable entry. */
    void missed(EntryKey key, MissReason reason) {
        events.miss(store.name(), reason);
        if (key.isCacheable()) { // otherwise a warning has explained it
            LogMessage.MISS.log(store.name(), key, reason);
        }
    }

    /** Reports that a value was not sent to Redis. */
    void notStored(EntryKey key, PutOutcome outcome) {
        events.put(store.name(), outcome);
        LogMessage.NOT_STORED.log(store.name(), key, outcome);
    }

    /**
     * The value, or null. That a row is absent is nothing to an instance that remembers none, and no damage: another
     * one does.
     */
    @Nullable
    Object decode(EntryKey key, byte[] bytes) {
        if (AbsentRow.is(bytes)) {
            return remembersAbsentRows() ? AbsentRow.INSTANCE : null;
        }
        Object value = null;
        try {
            value = codec.get().decode(bytes);
        } catch (RuntimeException e) {
            warn("values cannot be read: " + e);
        }
        if (value == null) {
            events.decodeFailed(store.name(), key.name());
            // Damaged, or of another mapping. It must be removed, because it would prevent the next load from being
            // stored.
            store.discard(key.name());
        }
        return value;
    }

    /** The bytes of the value; null if it cannot be cached. */
    byte @Nullable [] encode(EntryKey key, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        try {
            byte[] bytes = codec.get().encode(value, settings.compression());
            if (bytes.length <= settings.maxValueSize()) {
                return bytes;
            }
            notStored(key, PutOutcome.REFUSED_TOO_LARGE);
            warnings.accept(settings.tooLarge(store.name()));
        } catch (UncacheableValueException e) {
            warn(e.getMessage());
        } catch (RuntimeException e) {
            // An exception from application code must neither fail the transaction nor leave a lock behind.
            warn("values cannot be cached: " + e);
        }
        return null;
    }

    private void warn(String problem) {
        warnings.accept("Region " + store.name() + ": " + problem);
    }
}
