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
 * Loads entities and collections into the cache before the application needs them.
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
 * <p>A warm-up reads through ordinary sessions, by default 500 rows per statement. The normal rules for loaded values
 * apply: a value that a write has outdated in the meantime is not stored. Entries that are cached already are not
 * loaded. Neither the application nor other instances are stopped. The warm-up uses one connection of the pool per
 * thread.
 *
 * <p>A builder is not thread safe and serves one run. {@link RedisSettings#WARM_UP} starts a warm-up with the
 * application.
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
     * Creates a builder for a warm-up of one session factory.
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
     * @throws IllegalArgumentException if the class is not an entity that is cached in Redis
     */
    public RedisCacheWarmup entities(Class<?> entity) {
        return entities(entity.getName());
    }

    /** Adds all entities of that entity name: the class name, or the name that {@code @Entity} gives. */
    RedisCacheWarmup entities(String entity) {
        return add(new WarmupRun.Step(entity(entity), null, new WarmupRun.All()));
    }

    /**
     * Adds the entities with these identifiers. Identifiers without a row are skipped.
     *
     * @throws IllegalArgumentException if the class is not an entity that is cached in Redis
     */
    public RedisCacheWarmup entities(Class<?> entity, Collection<?> ids) {
        return add(new WarmupRun.Step(entity(entity.getName()), null, new WarmupRun.Ids(List.copyOf(ids))));
    }

    /**
     * Adds the entities whose identifiers a query returns.
     *
     * @param ids HQL that selects identifiers; all of them are held in memory. With {@code order by} the run
     *     can be resumed
     * @param parameters the query's parameters by name
     * @throws IllegalArgumentException if the class is not an entity that is cached in Redis
     */
    public RedisCacheWarmup query(Class<?> entity, String ids, Map<String, ?> parameters) {
        return add(
                new WarmupRun.Step(entity(entity.getName()), null, new WarmupRun.Query(ids, Map.copyOf(parameters))));
    }

    /**
     * Adds one collection of all entities of a class, and the entities themselves if they are cached.
     *
     * @param attribute the name of the collection's attribute
     * @throws IllegalArgumentException if there is no such collection that is cached in Redis
     */
    public RedisCacheWarmup collections(Class<?> owner, String attribute) {
        return collections(owner, attribute, new WarmupRun.All());
    }

    /**
     * Adds one collection of the entities with these identifiers, and the entities themselves if they are cached.
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

    /** How many sessions load in parallel, 1 to 64. Default: 2. */
    public RedisCacheWarmup threads(int number) {
        threads = between(1, 64, number, "threads");
        return this;
    }

    /** How many rows one statement loads, 1 to 10,000. Default: 500. */
    public RedisCacheWarmup batchSize(int rows) {
        batchSize = between(1, 10_000, rows, "rows per batch");
        return this;
    }

    /** How many entities are processed per second at most, loaded or already cached. Default: no limit. */
    public RedisCacheWarmup mostPerSecond(int entities) {
        mostPerSecond = between(1, Integer.MAX_VALUE, entities, "entities per second");
        return this;
    }

    private static int between(int least, int most, int number, String what) {
        if (number < least || number > most) {
            throw new IllegalArgumentException(number + " " + what + ": expected " + least + " to " + most);
        }
        return number;
    }

    /** The tenant whose rows are loaded. Required if the session factory has tenants. */
    public RedisCacheWarmup tenant(Object identifier) {
        tenant = Objects.requireNonNull(identifier);
        return this;
    }

    /** Continues where an earlier run with the same steps ended. */
    public RedisCacheWarmup resume(Position position) {
        start = Objects.requireNonNull(position);
        return this;
    }

    /**
     * Sets a callback for the progress. It is called after each batch and at the end, on a thread of the warm-up, one
     * call at a time. If it throws an exception, the warm-up ends. Default: a log line every 5 seconds, and one at the
     * end.
     */
    public RedisCacheWarmup progress(Consumer<Progress> newListener) {
        listener = Objects.requireNonNull(newListener);
        return this;
    }

    /** Runs the warm-up and waits until it ends. Interrupting the calling thread aborts it. */
    public Result run() {
        Running running = start();
        try {
            return running.result().get();
        } catch (InterruptedException e) {
            running.abort();
            Thread.currentThread().interrupt();
            return running.result().join();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("A warm-up failed without a result", e);
        }
    }

    /** Starts the warm-up in the background, on daemon threads. */
    public Running start() {
        WarmupRun run =
                new WarmupRun(factory, List.copyOf(steps), threads, batchSize, mostPerSecond, tenant, start, listener);
        run.begin();
        return run;
    }

    /** A warm-up in progress. Thread safe. */
    public sealed interface Running permits WarmupRun {

        /** The result; completes when the warm-up ends, and never exceptionally. */
        CompletableFuture<Result> result();

        /** Stops the warm-up after the batches in progress. Does not wait for them. */
        void abort();
    }

    /** How a warm-up ended. */
    public enum Outcome {
        /** All entities and collections were processed. */
        COMPLETED,
        /** {@link Running#abort()} was called, or the session factory was closed. */
        ABORTED,
        /** The database, Redis or the progress callback failed. */
        FAILED
    }

    /**
     * Where a run ended: everything before this position is done. Serializable if the identifiers are.
     *
     * @param step the number of the step, from 0
     * @param after the last identifier that is done or, for a list, the number of its identifiers that are done; null
     *     for none
     */
    public record Position(int step, @Nullable Serializable after) implements Serializable {}

    /**
     * How far a warm-up has come.
     *
     * @param what the entity or collection that is being loaded
     * @param found how many entries were cached already
     * @param loaded how many were loaded from the database
     * @param stored how many of the loaded ones are in the cache now
     * @param elapsed the time since the start of the warm-up
     * @param isOver whether this is the last call
     */
    public record Progress(String what, long found, long loaded, long stored, Duration elapsed, boolean isOver) {}

    /**
     * The result of a warm-up.
     *
     * @param outcome how it ended
     * @param found how many entries were cached already
     * @param loaded how many entities, or owners of collections, were loaded from the database
     * @param stored how many of the loaded ones are in the cache now; the others were refused because they were written
     *     meanwhile, are too large, or cannot be cached
     * @param elapsed how long it took
     * @param position where to resume; null if nothing is left
     * @param failure why it failed; null if it did not fail
     */
    public record Result(
            Outcome outcome,
            long found,
            long loaded,
            long stored,
            Duration elapsed,
            @Nullable Position position,
            Optional<Throwable> failure) {}

    /** The default callback: logs the progress. */
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
