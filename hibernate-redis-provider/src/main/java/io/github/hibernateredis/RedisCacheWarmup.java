package io.github.hibernateredis;

import jakarta.persistence.EntityManagerFactory;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Loads entities and collections into the cache before they are asked for.
 *
 * <pre>{@code
 * RedisCacheWarmup.Result result = RedisCacheWarmup.of(sessionFactory)
 *         .entities(Country.class)
 *         .query(Product.class, "select id from Product where active = true", Map.of())
 *         .collections(Order.class, "lines", orderIds)
 *         .threads(4)
 *         .run();
 * }</pre>
 *
 * <p>It reads through ordinary sessions, some hundred rows with each statement, and what they put is stored by the ordinary rules: never
 * what a write has outdated meanwhile. What is in the cache already is not loaded. It does not stop the application, or what other
 * instances do; it takes as many connections of the pool as it has threads.
 *
 * <p>A builder is for one thread, and for one run. {@link RedisSettings#WARM_UP} begins one at the start.
 *
 * @since 0.1.0
 */
public final class RedisCacheWarmup {

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");
    private static final long BETWEEN_LINES_NANOS = 5_000_000_000L;

    private final SessionFactoryImplementor factory;
    private final List<WarmupRun.Step> steps = new ArrayList<>();
    private int threads = 2;
    private int batchSize = 500;
    private double mostPerSecond = Double.POSITIVE_INFINITY;
    private @Nullable Object tenant;
    private @Nullable Position start;
    private Consumer<Progress> listener = new LogLines();

    private RedisCacheWarmup(SessionFactoryImplementor factory) {
        this.factory = factory;
    }

    /**
     * Begins to describe a warm-up.
     *
     * @throws IllegalArgumentException if the second-level cache of the session factory is not in Redis
     */
    public static RedisCacheWarmup of(EntityManagerFactory factory) {
        if (RedisRegionFactory.of(factory).isEmpty()) {
            throw new IllegalArgumentException("The second-level cache of the session factory is not in Redis");
        }
        return new RedisCacheWarmup(factory.unwrap(SessionFactoryImplementor.class));
    }

    /**
     * Adds all entities of a class.
     *
     * @throws IllegalArgumentException if the class is no entity that is cached in Redis
     */
    public RedisCacheWarmup entities(Class<?> entity) {
        return entities(entity.getName());
    }

    /** The same by the name of the entity: that of its class, or what {@code @Entity} names it. */
    RedisCacheWarmup entities(String entity) {
        return add(new WarmupRun.Step(entity(entity), null, new WarmupRun.All()));
    }

    /**
     * Adds the entities with these identifiers. Those that there are not are left out.
     *
     * @throws IllegalArgumentException if the class is no entity that is cached in Redis
     */
    public RedisCacheWarmup entities(Class<?> entity, Collection<?> ids) {
        return add(new WarmupRun.Step(entity(entity.getName()), null, new WarmupRun.Ids(List.copyOf(ids))));
    }

    /**
     * Adds the entities whose identifiers a query returns.
     *
     * @param ids HQL that selects identifiers; all of them are held in memory. With an {@code order by} it can be resumed
     * @param parameters the query's parameters by name
     * @throws IllegalArgumentException if the class is no entity that is cached in Redis
     */
    public RedisCacheWarmup query(Class<?> entity, String ids, Map<String, ?> parameters) {
        return add(
                new WarmupRun.Step(entity(entity.getName()), null, new WarmupRun.Query(ids, Map.copyOf(parameters))));
    }

    /**
     * Adds a collection of all entities of a class, with its owners if they are cached.
     *
     * @param attribute the name of the collection's attribute
     * @throws IllegalArgumentException if there is no such collection that is cached in Redis
     */
    public RedisCacheWarmup collections(Class<?> owner, String attribute) {
        return collections(owner, attribute, new WarmupRun.All());
    }

    /**
     * Adds a collection of the entities with these identifiers, with its owners if they are cached.
     *
     * @param attribute the name of the collection's attribute
     * @throws IllegalArgumentException if there is no such collection that is cached in Redis
     */
    public RedisCacheWarmup collections(Class<?> owner, String attribute, Collection<?> ids) {
        return collections(owner, attribute, new WarmupRun.Ids(List.copyOf(ids)));
    }

    private RedisCacheWarmup collections(Class<?> owner, String attribute, WarmupRun.Source source) {
        EntityPersister persister = factory.getMappingMetamodel().findEntityDescriptor(owner);
        CollectionPersister collection = persister == null
                ? null
                : factory.getMappingMetamodel()
                        .findCollectionDescriptor(WarmupRun.role(factory.getMappingMetamodel(), persister, attribute));
        if (persister == null || collection == null || !WarmupRun.isCached(collection)) {
            throw new IllegalArgumentException(
                    owner.getName() + "." + attribute + " is not a collection that is cached in Redis");
        }
        return add(new WarmupRun.Step(persister, new WarmupRun.Attribute(attribute, collection), source));
    }

    private EntityPersister entity(String name) {
        EntityPersister persister = WarmupRun.find(factory, name);
        if (persister == null || !WarmupRun.isCached(persister)) {
            throw new IllegalArgumentException(name + " is not an entity that is cached in Redis");
        }
        return persister;
    }

    private RedisCacheWarmup add(WarmupRun.Step step) {
        steps.add(step);
        return this;
    }

    /** How many sessions load at a time, 1 to 64. Default: 2. */
    public RedisCacheWarmup threads(int number) {
        threads = between(1, 64, number, "threads");
        return this;
    }

    /** How many rows one statement loads, 1 to 10,000. Default: 500. */
    public RedisCacheWarmup batchSize(int rows) {
        batchSize = between(1, 10_000, rows, "rows in a batch");
        return this;
    }

    /** How many entities are loaded or found in a second, at most. Default: no bound. */
    public RedisCacheWarmup mostPerSecond(int entities) {
        mostPerSecond = between(1, Integer.MAX_VALUE, entities, "entities in a second");
        return this;
    }

    private static int between(int least, int most, int number, String what) {
        if (number < least || number > most) {
            throw new IllegalArgumentException(number + " " + what + ": expected " + least + " to " + most);
        }
        return number;
    }

    /** The tenant whose rows are loaded, where there are tenants. */
    public RedisCacheWarmup tenant(Object identifier) {
        tenant = Objects.requireNonNull(identifier);
        return this;
    }

    /** Goes on where an earlier run of the same description ended. */
    public RedisCacheWarmup resume(Position position) {
        start = Objects.requireNonNull(position);
        return this;
    }

    /**
     * A callback for the progress: called after each batch and at the end, one call at a time, on a thread of the warm-up. An
     * exception that it throws ends the warm-up. Default: a line in the log every 5 seconds, and one at the end.
     */
    public RedisCacheWarmup progress(Consumer<Progress> told) {
        listener = Objects.requireNonNull(told);
        return this;
    }

    /** Runs to the end, and waits for that. Interrupting the thread aborts it. */
    public Result run() {
        Running running = start();
        try {
            return running.result().get();
        } catch (InterruptedException e) {
            running.abort();
            Thread.currentThread().interrupt();
            return running.result().join();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("A warm-up reports its failures in its result", e);
        }
    }

    /** Runs in the background, on daemon threads. */
    public Running start() {
        WarmupRun run =
                new WarmupRun(factory, List.copyOf(steps), threads, batchSize, mostPerSecond, tenant, start, listener);
        run.begin();
        return run;
    }

    /** A warm-up that runs. Thread safe. */
    public sealed interface Running permits WarmupRun {

        /** What came of it, when it is over; never fails. */
        CompletableFuture<Result> result();

        /** Ends it after the batches that are under way. */
        void abort();
    }

    /** How a warm-up ended. */
    public enum Outcome {
        /** Everything was looked at. */
        COMPLETED,
        /** {@link Running#abort()} was called, or the session factory was closed. */
        ABORTED,
        /** The database, Redis, or the listener failed. */
        FAILED
    }

    /**
     * Where a run has ended: everything before it is done. Serializable if the identifiers are.
     *
     * @param step which of the steps
     * @param after the last identifier that is done, or how many of the list are; null for none
     */
    public record Position(int step, @Nullable Serializable after) implements Serializable {}

    /**
     * How far it is.
     *
     * @param what the entity or collection that is being loaded
     * @param found how many were in the cache already
     * @param loaded how many were loaded from the database
     * @param stored how many of those are in the cache now
     * @param elapsed since the begin
     * @param isOver whether this is the last call
     */
    public record Progress(String what, long found, long loaded, long stored, Duration elapsed, boolean isOver) {}

    /**
     * What came of it.
     *
     * @param outcome how it ended
     * @param found how many entries were in the cache already
     * @param loaded how many entities, or owners of collections, were loaded from the database
     * @param stored how many of those are in the cache now. The rest was refused: written meanwhile, too large, or not cacheable
     * @param elapsed how long it took
     * @param position where to go on; null if there is nothing left
     * @param failure why it failed
     */
    public record Result(
            Outcome outcome,
            long found,
            long loaded,
            long stored,
            Duration elapsed,
            @Nullable Position position,
            Optional<Throwable> failure) {}

    /** The default listener. */
    private static final class LogLines implements Consumer<Progress> {

        private long last = System.nanoTime();

        @Override
        public void accept(Progress progress) {
            long now = System.nanoTime();
            if (progress.isOver() || now - last >= BETWEEN_LINES_NANOS) {
                last = now;
                LOG.infof(
                        "Warm-up%s: %d entries found, %d loaded and %d of them stored in %d ms",
                        progress.isOver() ? " is over" : " of " + progress.what(),
                        progress.found(),
                        progress.loaded(),
                        progress.stored(),
                        progress.elapsed().toMillis());
            }
        }
    }
}
