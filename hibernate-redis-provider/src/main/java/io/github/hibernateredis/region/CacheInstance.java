package io.github.hibernateredis.region;

import io.github.hibernateredis.access.Evictions;
import io.github.hibernateredis.codec.Codecs;
import io.github.hibernateredis.codec.Lazy;
import io.github.hibernateredis.codec.QueryKeys;
import io.github.hibernateredis.config.NearConfig;
import io.github.hibernateredis.config.OutagePolicy;
import io.github.hibernateredis.config.RegionConfig;
import io.github.hibernateredis.config.RegionFeatures;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.OnceWarnings;
import io.github.hibernateredis.loading.LoadGate;
import io.github.hibernateredis.loading.ReloadThreads;
import io.github.hibernateredis.loading.Reloads;
import io.github.hibernateredis.session.LockIds;
import io.github.hibernateredis.session.Participant;
import io.github.hibernateredis.session.RegionLocks;
import io.github.hibernateredis.session.SessionContext;
import io.github.hibernateredis.session.SessionEnvironment;
import io.github.hibernateredis.session.Writers;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TableStamps;
import io.github.hibernateredis.store.TableUpdate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.hibernate.cache.cfg.spi.DomainDataRegionConfig;
import org.hibernate.cache.spi.CacheTransactionSynchronization;
import org.hibernate.cache.spi.DomainDataRegion;
import org.hibernate.cache.spi.QueryResultsRegion;
import org.hibernate.cache.spi.RegionFactory;
import org.hibernate.cache.spi.TimestampsRegion;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/**
 * One started region factory: this instance's part of the shared cache. Thread safe.
 *
 * <p>The newest stamps of all regions are read before the first session opens: one request per region, sent together
 * and awaited together. Before that no request is sent, because the client may not be ready while the application
 * starts.
 */
public final class CacheInstance implements SessionEnvironment, AutoCloseable {

    /** How often regions are asked for their stamps if connections change meanwhile. */
    private static final int PRIMING_ATTEMPTS = 3;

    private final Stores stores;
    private final List<String> allowedClasses;
    private final LockIds ids = new LockIds();
    private final long renewalAgeNanos;
    private final OnceWarnings warnings = new OnceWarnings();
    private final QueryKeys queryKeys = new QueryKeys(warnings::warn);
    private final Map<String, RegionState> regions = new ConcurrentHashMap<>();
    private final Map<SessionFactoryImplementor, Codecs> codecs = new ConcurrentHashMap<>();
    private final Map<SessionFactoryImplementor, Isolation> isolations = new ConcurrentHashMap<>();
    private final Set<Participant> marking = ConcurrentHashMap.newKeySet();
    private final Set<Participant> unfinished = ConcurrentHashMap.newKeySet();
    private final Writers writers;
    private final List<Supplier<CompletableFuture<Void>>> unprimed = new ArrayList<>();

    /** Not a monitor: threads wait for Redis while they hold it, and a virtual thread would keep its carrier. */
    private final ReentrantLock regionsLock = new ReentrantLock();

    private final CacheListener events;
    private final long leaseNanos;
    private final Semaphore loadPlaces;
    private final int reloadsAtOnce;
    private final Map<SessionFactoryImplementor, ReloadThreads> reloadThreads = new ConcurrentHashMap<>();
    private final Heartbeat heartbeat;
    private final UnevenSettings unevenSettings;
    private volatile @Nullable TableStamps tables;
    private volatile boolean mustMarkTables;
    private volatile boolean primed = true;
    private volatile boolean opened;
    private long lastBeatAt; // used by heartbeats only

    /**
     * @param stores the stores; none of their futures may fail
     * @param events receives the events
     * @param allowedClasses further classes that values may contain, in addition to those of the mapping
     * @param lockLease the lease of a lock
     * @param loadWaiters how many threads that hold a JDBC connection may wait at the same time for the loads of other
     *     sessions
     * @param reloadThreads how many entries a session factory reloads at the same time in the background
     * @param timestampsRegion the qualified name of the region of the table stamps, which this instance need not use
     *     itself
     */
    public CacheInstance(
            Stores stores,
            CacheListener events,
            List<String> allowedClasses,
            Duration lockLease,
            int loadWaiters,
            int reloadThreads,
            String timestampsRegion) {
        this.stores = stores;
        this.events = events;
        this.leaseNanos = lockLease.toNanos();
        this.loadPlaces = new Semaphore(loadWaiters);
        this.reloadsAtOnce = reloadThreads;
        this.allowedClasses = allowedClasses;
        this.renewalAgeNanos = lockLease.toNanos() / 3;
        this.writers = new Writers(lockLease.toNanos());
        this.unevenSettings = new UnevenSettings(new Lazy<>(() -> stores.tables(timestampsRegion)), warnings::warn);
        this.heartbeat = new Heartbeat(this::beat);
        stores.onConnectionChange(heartbeat::beatSoon);
    }

    /** Creates the context of a session that is being opened. Sends no request, except for the first session. */
    public CacheTransactionSynchronization openSession(SharedSessionContractImplementor session) {
        open();
        return new SessionContext(this, session);
    }

    /** Connects before the first session opens, if there are regions. Takes a bounded time. */
    public void connect() {
        open();
    }

    private void open() {
        if (!primed) {
            prime();
        }
        opened = true;
    }

    /**
     * Creates the region of the entities, natural ids and collections that the ORM describes.
     *
     * @param settings the configuration of the region
     */
    public DomainDataRegion domainDataRegion(
            DomainDataRegionConfig config,
            String qualifiedName,
            RegionConfig settings,
            RegionFactory factory,
            SessionFactoryImplementor sessionFactory) {
        return new RedisDomainDataRegion(
                config,
                factory,
                () -> codecs(sessionFactory),
                events,
                warnings,
                region(qualifiedName, settings),
                settings,
                () -> reloadThreads(sessionFactory),
                sessionFactory);
    }

    /**
     * Creates a region of query results. The ORM requests most of them when a query first names them, while a session
     * is open. That session could store nothing in a region without a known stamp, so the newest stamp is read at once.
     */
    public QueryResultsRegion queryResultsRegion(
            String name,
            String qualifiedName,
            RegionConfig settings,
            RegionFactory factory,
            SessionFactoryImplementor sessionFactory) {
        RegionState state = region(qualifiedName, settings);
        if (opened && !primed) {
            prime();
        }
        return new RedisQueryResultsRegion(
                name,
                factory,
                state,
                new Lazy<>(() -> codecs(sessionFactory).queryResults()),
                settings,
                queryKeys,
                events,
                warnings);
    }

    /**
     * Creates the region of the table stamps.
     *
     * @param outagePolicy what a write does if its tables could not be marked
     */
    public TimestampsRegion timestampsRegion(
            String name, String qualifiedName, OutagePolicy outagePolicy, RegionFactory factory) {
        regionsLock.lock();
        try {
            mustMarkTables = outagePolicy == OutagePolicy.CONSISTENT;
            TableStamps stamps = tables;
            if (stamps == null) {
                stamps = stores.tables(qualifiedName);
                tables = stamps;
                TableStamps made = stamps;
                primeLater(() -> made.heartbeat(List.of()));
            }
            return new RedisTimestampsRegion(name, factory, stamps, events);
        } finally {
            regionsLock.unlock();
        }
    }

    private RegionState region(String qualifiedName, RegionConfig settings) {
        regionsLock.lock();
        try {
            return regionUnderLock(qualifiedName, settings);
        } finally {
            regionsLock.unlock();
        }
    }

    private RegionState regionUnderLock(String qualifiedName, RegionConfig settings) {
        RegionState known = regions.get(qualifiedName);
        if (known != null) {
            return known;
        }
        Duration stale = Objects.requireNonNullElse(settings.features().staleTtl(), Duration.ZERO);
        Duration kept = settings.ttl().plus(stale);
        RegionStore store = stores.region(new RegionSpec(
                qualifiedName,
                kept,
                settings.ttlJitter() * settings.ttl().toMillis() / kept.toMillis(),
                settings.features().maxIdle(),
                Objects.requireNonNullElse(settings.features().maxEntries(), 0L),
                Objects.requireNonNullElse(settings.segments(), RegionSpec.AS_MANY_AS_NEEDED),
                near(settings.near())));
        boolean mustLock = settings.outagePolicy() == OutagePolicy.CONSISTENT;
        Duration loadWait = settings.features().loadWait();
        RegionState state = new RegionState(
                store,
                new RegionLocks(store, ids, mustLock, leaseNanos),
                new Evictions(store, this::open, events),
                loadWait == null ? null : new LoadGate(store, loadWait, loadPlaces, ids::next, events),
                reloads(store, settings.features()));
        regions.put(qualifiedName, state);
        primeLater(state::heartbeat);
        return state;
    }

    private @Nullable Reloads reloads(RegionStore store, RegionFeatures features) {
        Double beta = features.earlyRefresh();
        Duration stale = features.staleTtl();
        return beta == null && stale == null
                ? null
                : new Reloads(
                        store,
                        Objects.requireNonNullElse(beta, 0.0),
                        Objects.requireNonNullElse(stale, Duration.ZERO),
                        ids::next,
                        events);
    }

    private ReloadThreads reloadThreads(SessionFactoryImplementor sessionFactory) {
        return reloadThreads.computeIfAbsent(sessionFactory, any -> new ReloadThreads(reloadsAtOnce));
    }

    /** To be called before a session factory is closed: reloads use its connections. */
    public void closing(SessionFactoryImplementor sessionFactory) {
        ReloadThreads threads = reloadThreads.remove(sessionFactory);
        if (threads != null) {
            threads.close();
        }
    }

    private static RegionSpec.@Nullable Near near(NearConfig near) {
        return near.on() ? new RegionSpec.Near(near.maxEntries(), near.maxBytes(), near.lease()) : null;
    }

    private void primeLater(Supplier<CompletableFuture<Void>> request) {
        unprimed.add(request);
        primed = false;
    }

    private void prime() {
        regionsLock.lock();
        try {
            primeUnderLock();
        } finally {
            regionsLock.unlock();
        }
    }

    /** Sends all requests before it waits for the first reply. */
    private void primeUnderLock() {
        stores.connect().join();
        opened = true; // from now on a change of connections causes a heartbeat
        int before;
        int attempts = 0;
        do {
            before = stores.connectionChanges();
            List<CompletableFuture<Void>> replies =
                    unprimed.stream().map(Supplier::get).toList();
            replies.forEach(CompletableFuture::join);
        } while (before != stores.connectionChanges() && ++attempts < PRIMING_ATTEMPTS);
        unprimed.clear();
        primed = true;
    }

    /**
     * Does nothing before the first session: a client that is a bean must be looked up by the thread that opens the
     * session.
     */
    void beat() {
        if (!opened) {
            return;
        }
        long begunAt = System.nanoTime();
        List<CompletableFuture<Void>> replies = new ArrayList<>();
        for (RegionState region : regions.values()) {
            replies.add(region.heartbeat());
        }
        TableStamps stamps = tables;
        if (stamps != null) {
            List<TableUpdate> updates = new ArrayList<>();
            long age = Math.max(0, renewalAgeNanos - Heartbeat.PERIOD.toNanos());
            for (Participant writer : marking) {
                TableUpdate update = writer.renewableUpdate(age);
                if (update != null) {
                    updates.add(update);
                }
            }
            replies.add(stamps.heartbeat(updates));
        } else if (!regions.isEmpty()) {
            replies.add(unevenSettings.look());
        }
        replies.forEach(CompletableFuture::join);
        unfinished.forEach(Participant::sendUnfinished);
        writers.forgetAbandoned();
        long endedAt = System.nanoTime();
        long due = lastBeatAt + 2 * Heartbeat.PERIOD.toNanos();
        events.heartbeat(endedAt - begunAt, lastBeatAt != 0 && begunAt - due > 0);
        lastBeatAt = endedAt;
    }

    private Codecs codecs(SessionFactoryImplementor sessionFactory) {
        return codecs.computeIfAbsent(sessionFactory, factory -> new Codecs(factory, allowedClasses, warnings::warn));
    }

    @Override
    public Stores stores() {
        return stores;
    }

    @Override
    public LockIds ids() {
        return ids;
    }

    @Override
    public long renewalAgeNanos() {
        return renewalAgeNanos;
    }

    @Override
    public @Nullable TableStamps tables() {
        return tables;
    }

    @Override
    public boolean readsRepeatably(SharedSessionContractImplementor session) {
        return isolation(session).isRepeatable(session);
    }

    @Override
    public boolean readsCommitted(SharedSessionContractImplementor session) {
        return isolation(session).isCommitted(session);
    }

    private Isolation isolation(SharedSessionContractImplementor session) {
        return isolations.computeIfAbsent(session.getFactory(), factory -> new Isolation(factory, warnings::warn));
    }

    @Override
    public Collection<Participant> marking() {
        return marking;
    }

    @Override
    public Collection<Participant> unfinished() {
        return unfinished;
    }

    @Override
    public boolean mustMarkTables() {
        return mustMarkTables;
    }

    @Override
    public Writers writers() {
        return writers;
    }

    /**
     * Ends the heartbeat, after a last attempt to send what is unsent or unconfirmed. The entries in Redis stay,
     * because other instances use them.
     */
    @Override
    public void close() {
        reloadThreads.values().forEach(ReloadThreads::close);
        heartbeat.close();
        unfinished.forEach(Participant::sendUnfinished);
        stores.close();
    }
}
