package io.github.hibernateredis.region;

import io.github.hibernateredis.codec.QueryKeys;
import io.github.hibernateredis.codec.QueryResultsCodec;
import io.github.hibernateredis.codec.UncacheableValueException;
import io.github.hibernateredis.config.RegionConfig;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.LogMessage;
import io.github.hibernateredis.events.MissReason;
import io.github.hibernateredis.events.OnceWarnings;
import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.loading.LoadGate;
import io.github.hibernateredis.loading.LoadTurns;
import io.github.hibernateredis.loading.Reloads;
import io.github.hibernateredis.session.LoadPolicy;
import io.github.hibernateredis.session.OutdatedResult;
import io.github.hibernateredis.session.SessionContext;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.Put;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Snapshot;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.StoreKey;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.hibernate.cache.spi.ExtendedStatisticsSupport;
import org.hibernate.cache.spi.QueryKey;
import org.hibernate.cache.spi.QueryResultsRegion;
import org.hibernate.cache.spi.RegionFactory;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/**
 * A region of query results. The table stamps decide whether a result is current, so results take no part in the
 * soft-lock protocol. Each result stores the epoch of the table stamps to which its own stamp belongs.
 */
final class RedisQueryResultsRegion implements QueryResultsRegion, ExtendedStatisticsSupport {

    private static final Lookup OUTDATED = new Lookup.Miss(MissReason.OUTDATED);

    private final String name;
    private final RegionFactory factory;
    private final RegionState state;
    private final Supplier<QueryResultsCodec> codec;
    private final RegionConfig settings;
    private final QueryKeys keys;
    private final CacheListener events;
    private final OnceWarnings warnings;

    RedisQueryResultsRegion(
            String name,
            RegionFactory factory,
            RegionState state,
            Supplier<QueryResultsCodec> codec,
            RegionConfig settings,
            QueryKeys keys,
            CacheListener events,
            OnceWarnings warnings) {
        this.name = name;
        this.factory = factory;
        this.state = state;
        this.codec = codec;
        this.settings = settings;
        this.keys = keys;
        this.events = events;
        this.warnings = warnings;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public RegionFactory getRegionFactory() {
        return factory;
    }

    @Override
    public @Nullable Object getFromCache(Object key, SharedSessionContractImplementor session) {
        String entry = keys.name((QueryKey) key);
        if (entry == null) {
            return null;
        }
        RegionStore store = state.store();
        SessionContext context = SessionContext.of(session);
        Lookup lookup = store.read(entry, Snapshot.LATEST).join();
        StoreKey result = new StoreKey(store.name(), entry);
        context.queries().lookedUp(result);
        Reloads reloads = state.reloads();
        if (reloads != null && lookup instanceof Lookup.Hit hit && reloadsItself(reloads, context, result, hit)) {
            context.loads().missed(result);
            missed(result, MissReason.EXPIRED);
            return null;
        }
        LoadGate gate = state.loads();
        if (gate != null) {
            lookup = context.loads()
                    .await(
                            gate,
                            LoadPolicy.Kind.QUERY_RESULT,
                            result,
                            lookup,
                            null,
                            () -> store.read(entry, Snapshot.LATEST).join());
        }
        if (reloads != null) {
            context.loads().missed(result); // whatever it finds: it may be outdated
        }
        if (lookup instanceof Lookup.Miss miss) {
            missed(result, miss.reason());
        } else if (lookup instanceof Lookup.Bypassed bypassed) {
            events.bypassed(store.name(), bypassed.reason());
            LogMessage.LOOKUP_BYPASSED.log(store.name(), entry, bypassed.reason());
        }
        if (!(lookup instanceof Lookup.Hit hit)) {
            return null;
        }
        QueryResultsCodec.QueryItem item = codec.get().decode(hit.value());
        if (item == null) {
            missed(result, MissReason.UNREADABLE);
            events.decodeFailed(store.name(), entry);
            store.discard(entry);
            return null;
        }
        Object cacheItem = item.cacheItem();
        if (cacheItem == null) {
            missed(result, MissReason.UNREADABLE);
            return null;
        }
        OutdatedResult outdated =
                gate == null ? null : isCurrent -> awaitNewer(gate, context, result, hit.stamp(), cacheItem, isCurrent);
        context.queries()
                .found(store.name(), item.epoch(), hit.isNear(), codec.get().rows(cacheItem), outdated);
        return cacheItem;
    }

    private void missed(StoreKey result, MissReason reason) {
        events.miss(result.region(), reason);
        LogMessage.MISS.log(result.region(), result.key(), reason);
    }

    private void notStored(StoreKey result, PutOutcome outcome) {
        events.put(result.region(), outcome);
        LogMessage.NOT_STORED.log(result.region(), result.key(), outcome);
    }

    /**
     * Whether the session runs the query to replace a result that expires soon, or whose TTL is over. Only a session
     * that runs a query knows what it makes of its rows, so no other can do that for it.
     */
    private boolean reloadsItself(Reloads reloads, SessionContext context, StoreKey result, Lookup.Hit hit) {
        Reloads.Age age = reloads.age(hit);
        if (age == Reloads.Age.FRESH) {
            return false;
        }
        LoadTurns.Turn turn = context.loads().mayReplace(LoadPolicy.Kind.QUERY_RESULT, result)
                ? reloads.begin(result.key(), hit)
                : null;
        if (turn != null) {
            context.loads().begin(result, turn);
        } else if (age == Reloads.Age.STALE) {
            events.staleHit(result.region());
        }
        return turn != null;
    }

    /** The rows that another session loads take the place of those in the item that the ORM has got. */
    private boolean awaitNewer(
            LoadGate gate,
            SessionContext context,
            StoreKey result,
            Stamp outdated,
            Object cacheItem,
            Predicate<Stamp> isCurrent) {
        Lookup found = context.loads()
                .await(
                        gate,
                        LoadPolicy.Kind.QUERY_RESULT,
                        result,
                        OUTDATED,
                        outdated,
                        () -> newer(
                                state.store()
                                        .read(result.key(), Snapshot.LATEST)
                                        .join(),
                                outdated));
        QueryResultsCodec.QueryItem item =
                found instanceof Lookup.Hit hit ? codec.get().decode(hit.value()) : null;
        Object newer = item == null ? null : item.cacheItem();
        if (item == null
                || newer == null
                || !isCurrent.test(new Stamp(codec.get().timestamp(newer), item.epoch()))) {
            return false;
        }
        codec.get().replaceResults(cacheItem, newer);
        context.queries()
                .found(result.region(), item.epoch(), false, codec.get().rows(cacheItem), null);
        return true;
    }

    private static Lookup newer(Lookup found, Stamp outdated) {
        return found instanceof Lookup.Hit hit && hit.stamp().equals(outdated) ? OUTDATED : found;
    }

    @Override
    public void putIntoCache(Object key, Object value, SharedSessionContractImplementor session) {
        String entry = keys.name((QueryKey) key);
        if (entry != null) {
            SessionContext context = SessionContext.of(session);
            StoreKey result = new StoreKey(state.store().name(), entry);
            Reloads reloads = state.reloads();
            if (reloads != null) {
                long nanos = context.loads().took(result);
                if (nanos >= 0) {
                    reloads.loadTook(nanos);
                }
            }
            put(entry, result, value, context);
            context.loads().end(result);
        }
    }

    private void put(String entry, StoreKey result, Object value, SessionContext context) {
        Stamp stamp = context.queries().tableStamp();
        if (stamp == null) {
            return;
        }
        RegionStore store = state.store();
        LoadPolicy.Decision decision = context.loads().decide(LoadPolicy.Kind.QUERY_RESULT, result);
        if (decision == LoadPolicy.Decision.NEVER) {
            return;
        }
        if (store.bypassed() != null) {
            notStored(result, PutOutcome.BYPASSED);
            return;
        }
        byte[] bytes;
        try {
            bytes = codec.get().encode(value, stamp.epoch(), settings.compression());
        } catch (UncacheableValueException e) {
            warnings.warn("Region " + state.store().name() + ": " + e.getMessage());
            return;
        }
        if (bytes.length > settings.maxValueSize()) {
            notStored(result, PutOutcome.REFUSED_TOO_LARGE);
            warnings.warn(settings.tooLarge(store.name()));
            return;
        }
        context.loads()
                .store(decision, store, new Put(entry, bytes, context.queries().readsFrom(result), Put.Mode.REPLACE));
    }

    @Override
    public void clear() {
        state.evictions().clear();
    }

    /** Does nothing: other instances use the entries in Redis. */
    @Override
    public void destroy() {}

    @Override
    public long getElementCountInMemory() {
        return state.size().items();
    }

    @Override
    public long getElementCountOnDisk() {
        return 0;
    }

    @Override
    public long getSizeInMemory() {
        return state.size().bytes();
    }

    @Override
    public String toString() {
        return "query results region " + name;
    }
}
