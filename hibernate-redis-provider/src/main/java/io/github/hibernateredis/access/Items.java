package io.github.hibernateredis.access;

import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.codec.UncacheableValueException;
import io.github.hibernateredis.codec.ValueCodec;
import io.github.hibernateredis.config.OutagePolicy;
import io.github.hibernateredis.config.RegionConfig;
import io.github.hibernateredis.events.CacheListener;
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
 * The entries of one role in a region: values of the ORM on this side, bytes on the other. Thread safe.
 *
 * @param store where they are kept
 * @param codec the role's codec; asked for at the first use, since there is no metamodel yet when regions are built
 * @param settings which values are compressed, how large they may be, and what a write does without a lock
 * @param events is told of what happens
 * @param warnings takes a line about a value that cannot be cached
 * @param loads where those wait who miss an entry that another session loads; null if nobody does
 * @param reloader reloads entries that are still served; null if none are
 */
public record Items(
        RegionStore store,
        Supplier<ValueCodec> codec,
        RegionConfig settings,
        CacheListener events,
        Consumer<String> warnings,
        @Nullable LoadGate loads,
        @Nullable Reloader reloader) {

    /** Whether nothing may be written without a lock. */
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

    /** The value that was looked up, or null; tells the listener which. */
    @Nullable
    Object use(EntryKey key, Lookup lookup) {
        Object value = lookup instanceof Lookup.Hit hit ? decode(key, hit.value()) : null;
        if (value == null && lookup instanceof Lookup.Hit) {
            events.miss(store.name(), MissReason.UNREADABLE);
        } else {
            tell(lookup);
        }
        return value;
    }

    /** The value that was read ahead, or null; tells the listener which. */
    @Nullable
    Object use(ReadAhead.Answer answer) {
        tell(answer.lookup());
        return answer.value();
    }

    private void tell(Lookup lookup) {
        if (lookup instanceof Lookup.Hit hit) {
            if (hit.isNear()) {
                events.nearHit(store.name());
            } else {
                events.hit(store.name());
            }
        } else if (lookup instanceof Lookup.Miss miss) {
            events.miss(store.name(), miss.reason());
        } else if (lookup instanceof Lookup.Bypassed bypassed) {
            events.bypassed(store.name(), bypassed.reason());
        }
    }

    @Nullable
    Object decode(EntryKey key, byte[] bytes) {
        if (AbsentRow.is(bytes) && remembersAbsentRows()) {
            return AbsentRow.INSTANCE;
        }
        Object value = null;
        try {
            value = codec.get().decode(bytes);
        } catch (RuntimeException e) {
            warn("values cannot be read: " + e);
        }
        if (value == null) {
            events.decodeFailed(store.name(), key.name());
            // Damaged, or of another mapping: as long as it is there it would keep the next load out.
            store.discard(key.name());
        }
        return value;
    }

    /** The bytes of the value, or null if it cannot be cached. */
    byte @Nullable [] encode(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        try {
            byte[] bytes = codec.get().encode(value, settings.compression());
            if (bytes.length <= settings.maxValueSize()) {
                return bytes;
            }
            events.put(store.name(), PutOutcome.REFUSED_TOO_LARGE);
            warnings.accept(settings.tooLarge(store.name()));
        } catch (UncacheableValueException e) {
            warn(e.getMessage());
        } catch (RuntimeException e) {
            // A transaction is not to fail, or a lock to stay, because of what its own code does to a value.
            warn("values cannot be cached: " + e);
        }
        return null;
    }

    private void warn(String problem) {
        warnings.accept("Region " + store.name() + ": " + problem);
    }
}
