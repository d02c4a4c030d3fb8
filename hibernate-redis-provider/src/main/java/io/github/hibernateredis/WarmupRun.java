package io.github.hibernateredis;

import io.github.hibernateredis.RedisCacheWarmup.Outcome;
import io.github.hibernateredis.RedisCacheWarmup.Position;
import io.github.hibernateredis.RedisCacheWarmup.Progress;
import io.github.hibernateredis.RedisCacheWarmup.Result;
import io.github.hibernateredis.access.CachedItems;
import io.github.hibernateredis.access.RedisCollectionDataAccess;
import io.github.hibernateredis.access.RedisEntityDataAccess;
import io.github.hibernateredis.codec.EntryKey;
import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.hibernate.Session;
import org.hibernate.SessionBuilder;
import org.hibernate.SessionFactory;
import org.hibernate.cache.CacheException;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.MappingMetamodel;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.BasicType;
import org.jspecify.annotations.Nullable;

/**
 * One run of a warm-up. One thread pages through identifiers and hands batches to the other threads. Each batch asks in
 * one request which entries exist, loads the others with one statement, and asks again. The second request shows what
 * was stored and waits for the puts, so that the warm-up loads no faster than Redis stores.
 */
final class WarmupRun implements RedisCacheWarmup.Running {

    private static final int AWAITED_SECONDS = 5;

    /** Which identifiers to load. */
    sealed interface Source {}

    /** All identifiers of the entity. */
    record All() implements Source {}

    /** Identifiers from a list. */
    record Ids(List<?> ids) implements Source {}

    /** Identifiers that a query returns. */
    record Query(String ids, Map<String, ?> parameters) implements Source {}

    /** A collection attribute of the entity. */
    record Attribute(String name, CollectionPersister persister) {}

    /**
     * One kind of entries to load.
     *
     * @param attribute the collection that is loaded; null for the entities themselves
     */
    record Step(EntityPersister entity, @Nullable Attribute attribute, Source source) {

        String what() {
            return attribute == null ? entity.getEntityName() : attribute.persister.getRole();
        }
    }

    private final SessionFactoryImplementor factory;
    private final List<Step> steps;
    private final int threads;
    private final int batchSize;
    private final double mostPerSecond;
    private final @Nullable Object tenant;
    private final @Nullable Position start;
    private final Consumer<Progress> listener;
    private final long begunAt = System.nanoTime();
    private final CompletableFuture<Result> result = new CompletableFuture<>();
    private final ExecutorService loaders;
    private final Semaphore room;
    private volatile boolean aborted;

    private long found;
    private long loaded;
    private long stored;
    private @Nullable Position position;
    private @Nullable Throwable failure;

    /** Batches that are done or in progress, by number, each with the position after it once it is done. */
    private final TreeMap<Long, Optional<Position>> batches = new TreeMap<>();

    private long lastBatch;

    WarmupRun(
            SessionFactoryImplementor factory,
            List<Step> steps,
            int threads,
            int batchSize,
            double mostPerSecond,
            @Nullable Object tenant,
            @Nullable Position start,
            Consumer<Progress> listener) {
        this.factory = factory;
        this.steps = steps;
        this.threads = threads;
        this.batchSize = batchSize;
        this.mostPerSecond = mostPerSecond;
        this.tenant = tenant;
        this.start = start;
        this.position = start == null ? new Position(0, null) : start;
        this.listener = listener;
        this.room = new Semaphore(2 * threads);
        this.loaders = Executors.newFixedThreadPool(threads, work -> thread(work, "hibernate-redis-warm-up-load"));
    }

    static @Nullable EntityPersister find(SessionFactoryImplementor factory, String name) {
        MappingMetamodel metamodel = factory.getMappingMetamodel();
        String imported = metamodel.getImportedName(name);
        return metamodel.findEntityDescriptor(imported == null ? name : imported);
    }

    static boolean isCached(EntityPersister entity) {
        return entity.getCacheAccessStrategy() instanceof RedisEntityDataAccess;
    }

    static boolean isCached(CollectionPersister collection) {
        return collection.getCacheAccessStrategy() instanceof RedisCollectionDataAccess;
    }

    /** The role of a collection; a superclass may declare it. */
    static String role(MappingMetamodel metamodel, EntityPersister owner, String attribute) {
        for (EntityPersister entity = owner; entity != null; ) {
            String role = entity.getEntityName() + '.' + attribute;
            if (metamodel.findCollectionDescriptor(role) != null) {
                return role;
            }
            entity = entity.getSuperMappingType() == null
                    ? null
                    : entity.getSuperMappingType().getEntityPersister();
        }
        return owner.getEntityName() + '.' + attribute;
    }

    private static Thread thread(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    void begin() {
        thread(this::run, "hibernate-redis-warm-up").start();
    }

    @Override
    public CompletableFuture<Result> result() {
        return result;
    }

    @Override
    public void abort() {
        aborted = true;
    }

    private void run() {
        boolean isComplete = false;
        try {
            int first = start == null ? 0 : start.step();
            for (int i = first; i < steps.size() && goesOn(); i++) {
                run(i, i == first && start != null ? start.after() : null);
                room.acquire(2 * threads); // waits for every batch: the next step may need what they load
                room.release(2 * threads);
            }
            isComplete = goesOn();
        } catch (Throwable e) {
            fail(e);
        } finally {
            loaders.shutdown();
            end(isComplete);
        }
    }

    private void end(boolean isComplete) {
        try {
            loaders.awaitTermination(AWAITED_SECONDS, TimeUnit.SECONDS);
            reportProgress("", true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            fail(e);
        }
        synchronized (this) {
            Throwable cause = aborted ? null : failure;
            Outcome outcome = cause != null ? Outcome.FAILED : isComplete ? Outcome.COMPLETED : Outcome.ABORTED;
            result.complete(new Result(
                    outcome,
                    found,
                    loaded,
                    stored,
                    elapsed(),
                    outcome == Outcome.COMPLETED ? null : position,
                    Optional.ofNullable(cause)));
        }
    }

    private synchronized boolean goesOn() {
        return !aborted && failure == null;
    }

    private synchronized void fail(Throwable cause) {
        failure = failure == null ? cause : failure;
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begunAt);
    }

    private void run(int number, @Nullable Serializable after) throws InterruptedException {
        Step step = steps.get(number);
        if (step.source instanceof All && isOrdered(step.entity)) {
            Object last = after;
            List<?> page;
            do {
                page = page(step.entity, last);
                if (!page.isEmpty()) {
                    last = page.get(page.size() - 1);
                    hand(step, page, new Position(number, (Serializable) last));
                }
            } while (page.size() == batchSize && goesOn());
            return;
        }
        List<?> ids = ids(step);
        for (int from = after instanceof Integer done ? done : 0; from < ids.size() && goesOn(); from += batchSize) {
            int to = Math.min(ids.size(), from + batchSize);
            hand(step, ids.subList(from, to), new Position(number, to));
        }
    }

    /** Whether the database can continue after a given identifier. */
    private static boolean isOrdered(EntityPersister entity) {
        return entity.getIdentifierType() instanceof BasicType<?> basic
                && (Number.class.isAssignableFrom(basic.getReturnedClass())
                        || basic.getReturnedClass() == String.class);
    }

    private List<?> page(EntityPersister entity, @Nullable Object last) {
        return inSession(session -> {
            TypedQuery<Object> query = session.createQuery(
                    "select id(e) from " + entity.getEntityName() + " e" + (last == null ? "" : " where id(e) > :last")
                            + " order by id(e)",
                    Object.class);
            if (last != null) {
                query.setParameter("last", last);
            }
            return query.setMaxResults(batchSize).getResultList();
        });
    }

    private List<?> ids(Step step) {
        if (step.source instanceof Ids given) {
            return given.ids();
        }
        return inSession(session -> {
            TypedQuery<Object> query = session.createQuery(
                    step.source instanceof Query asked
                            ? asked.ids()
                            : "select id(e) from " + step.entity.getEntityName() + " e",
                    Object.class);
            if (step.source instanceof Query asked) {
                asked.parameters().forEach(query::setParameter);
            }
            return query.getResultList();
        });
    }

    private interface Work<T> {
        T in(EntityManager session);
    }

    private <T> T inSession(Work<T> work) {
        try (Session session = open()) {
            session.beginTransaction();
            try {
                T done = work.in(session);
                session.getTransaction().commit();
                return done;
            } catch (RuntimeException e) {
                session.getTransaction().rollback();
                throw e;
            }
        }
    }

    private Session open() {
        SessionFactory plain = factory; // the builder's type differs between the versions of the ORM
        SessionBuilder builder = plain.withOptions();
        if (tenant != null) {
            builder.tenantIdentifier(tenant);
        }
        Session session = builder.openSession();
        session.setDefaultReadOnly(true);
        return session;
    }

    /** Waits until there is room for another batch, and until the rate allows it. */
    private void hand(Step step, List<?> ids, Position behind) throws InterruptedException {
        pause();
        room.acquire();
        long batch;
        synchronized (this) {
            batch = ++lastBatch;
            batches.put(batch, Optional.empty());
        }
        loaders.execute(() -> {
            try {
                if (goesOn()) {
                    load(step, ids);
                    done(batch, behind);
                    reportProgress(step.what(), false);
                }
            } catch (Throwable e) {
                fail(e);
            } finally {
                room.release();
            }
        });
    }

    private void pause() throws InterruptedException {
        while (goesOn()) {
            long done;
            synchronized (this) {
                done = found + loaded;
            }
            long due = (long) (done / mostPerSecond * 1_000) - elapsed().toMillis();
            if (due <= 0) {
                return;
            }
            Thread.sleep(Math.min(due, 100)); // short sleeps, so that an abort takes effect soon
        }
    }

    private void load(Step step, Collection<?> ids) {
        CachedItems access = access(step);
        Map<EntryKey, Object> keys = new LinkedHashMap<>();
        try (Session session = open()) {
            ids.forEach(id -> keys.put(key(step, id, (SharedSessionContractImplementor) session), id));
        }
        Set<EntryKey> there = access.present(keys.keySet()).join();
        if (access.bypassed() != null) {
            throw new CacheException("The cache is bypassed: " + access.bypassed());
        }
        count(there.size(), 0, 0);
        keys.keySet().removeAll(there);
        if (keys.isEmpty()) {
            return;
        }
        List<Object> missing = new ArrayList<>(keys.values());
        String fetch = step.attribute == null ? "" : " left join fetch e." + step.attribute.name();
        int rows = inSession(session -> session.createQuery(
                        "select e from " + step.entity.getEntityName() + " e" + fetch + " where id(e) in :ids",
                        Object.class)
                .setParameter("ids", missing)
                .getResultList()
                .size());
        count(0, rows, access.present(keys.keySet()).join().size());
    }

    private static CachedItems access(Step step) {
        return (CachedItems)
                (step.attribute == null
                        ? step.entity.getCacheAccessStrategy()
                        : step.attribute.persister().getCacheAccessStrategy());
    }

    private static EntryKey key(Step step, Object id, SharedSessionContractImplementor session) {
        if (step.attribute != null) {
            return ((RedisCollectionDataAccess) access(step)).key(id, step.attribute.persister(), session);
        }
        EntityPersister root =
                session.getFactory().getMappingMetamodel().getEntityDescriptor(step.entity.getRootEntityName());
        return ((RedisEntityDataAccess) access(step)).key(id, root, session);
    }

    private synchronized void count(long moreFound, long moreLoaded, long moreStored) {
        found += moreFound;
        loaded += moreLoaded;
        stored += moreStored;
    }

    /** The position moves on to the end of the last batch before which no batch is open. */
    private synchronized void done(long batch, Position behind) {
        batches.put(batch, Optional.of(behind));
        while (!batches.isEmpty() && batches.firstEntry().getValue().isPresent()) {
            position = batches.pollFirstEntry().getValue().get();
        }
    }

    private final Object telling = new Object();

    private void reportProgress(String what, boolean isOver) {
        synchronized (telling) {
            Progress progress;
            synchronized (this) {
                progress = new Progress(what, found, loaded, stored, elapsed(), isOver);
            }
            listener.accept(progress);
        }
    }
}
