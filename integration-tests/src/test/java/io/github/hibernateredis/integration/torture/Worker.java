package io.github.hibernateredis.integration.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.hibernateredis.CacheStatus;
import io.github.hibernateredis.integration.Application;
import io.github.hibernateredis.testing.ForkedJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.stat.CacheRegionStatistics;
import org.hibernate.stat.Statistics;
import org.jspecify.annotations.Nullable;

/**
 * One JVM of the suite. It runs random transactions on some threads, and reads one row on another, until it is told to
 * stop; then it reports its counts. When it is told to be calm, it reports the values that it sees.
 */
final class Worker {

    private static final long BETWEEN_PROBES_MILLIS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Plan plan;
    private final String databaseUrl;
    private final long seed;
    private final int number;
    private final Path folder;
    private final SessionFactory factory;
    private final AtomicBoolean stop = new AtomicBoolean();

    /** Transactions share this lock; a look at rest takes it exclusively. */
    private final ReadWriteLock bustle = new ReentrantReadWriteLock(true);

    private final AtomicInteger transactions = new AtomicInteger();
    private final Map<String, Integer> failures = new TreeMap<>();

    private Worker(Plan plan, String databaseUrl, long seed, int number, Path folder, SessionFactory factory) {
        this.plan = plan;
        this.databaseUrl = databaseUrl;
        this.seed = seed;
        this.number = number;
        this.folder = folder;
        this.factory = factory;
    }

    /** Names of further settings and their values, separated by commas. */
    private static final String SETTINGS = "torture.settings";

    private static final String PREFIX = "hibernate.cache.redis.";

    /** What a region can do, with values that matter within seconds. */
    private static final String FEATURES =
            "load_wait=200ms,absent_ttl=1h,max_entries=1024,max_idle=1s,max_value_size=150";

    /** The settings of the command line; without them every feature where no outdated read is tolerated. */
    private static String settings(Plan plan) {
        boolean strict = plan.policy() == Plan.Policy.CONSISTENT && plan.provider() == Plan.Provider.OURS;
        return System.getProperty(SETTINGS, strict ? FEATURES : "");
    }

    /** Configures an instance of the application under test. The files that it needs are written to the folder. */
    static Application.Builder application(
            Plan plan, String databaseUrl, String redisUrl, String keyPrefix, Path folder) throws IOException {
        Application.Builder node = Application.on(keyPrefix, Workload.ENTITIES)
                .countNoStatements()
                .set(AvailableSettings.JAKARTA_JDBC_URL, databaseUrl)
                .unset(AvailableSettings.JAKARTA_JDBC_USER)
                .unset(AvailableSettings.JAKARTA_JDBC_PASSWORD)
                .set(AvailableSettings.HBM2DDL_AUTO, "none")
                .set(AvailableSettings.POOL_SIZE, Integer.toString(2 * plan.threads() + 6))
                .set(AvailableSettings.ISOLATION, Integer.toString(plan.isolation()))
                .set("hibernate.cache.redis.url", redisUrl)
                .set("hibernate.cache.redis.outage_policy", plan.policy().name().toLowerCase(Locale.ROOT))
                .set("hibernate.cache.redis.lock_timeout", Nemesis.LEASE.toMillis() + "ms")
                .set("hibernate.cache.redis.timeout", Nemesis.BUDGET.toMillis() + "ms");
        for (String setting : settings(plan).split(",")) {
            int equals = setting.indexOf('=');
            if (equals > 0) {
                node.set(PREFIX + setting.substring(0, equals), setting.substring(equals + 1));
            }
        }
        if (plan.provider() == Plan.Provider.REDISSON) {
            Path file = Files.createTempFile(folder, "redisson-", ".yaml").toAbsolutePath();
            Files.writeString(file, "singleServerConfig:\n  address: \"" + redisUrl + "\"\n");
            node.set(AvailableSettings.CACHE_REGION_FACTORY, "org.redisson.hibernate.RedissonRegionFactory")
                    .set("hibernate.cache.redisson.config", file.toString());
        }
        return node;
    }

    /**
     * Starts a worker.
     *
     * @param servers settings that name other servers than the URL
     * @param number the number of the worker, which determines those of its threads
     * @param folder the folder of its journals
     */
    static ForkedJvm fork(
            Plan plan,
            String databaseUrl,
            String redisUrl,
            Map<String, String> servers,
            String keyPrefix,
            long seed,
            int number,
            Path folder) {
        StringBuilder settings = new StringBuilder(settings(plan));
        // one of several URLs is enough: it names the others
        servers.forEach((key, value) -> settings.append(',')
                .append(key.substring(PREFIX.length()))
                .append('=')
                .append(value.split(",", 2)[0]));
        List<String> arguments = new ArrayList<>(plan.words());
        arguments.addAll(List.of(
                databaseUrl, redisUrl, keyPrefix, Long.toString(seed), Integer.toString(number), folder.toString()));
        return ForkedJvm.start(
                List.of("-Xmx256m", "-Dorg.jboss.logging.provider=slf4j", "-D" + SETTINGS + '=' + settings),
                Worker.class,
                arguments.toArray(new String[0]));
    }

    public static void main(String[] arguments) throws Exception {
        List<String> words = new ArrayList<>(Arrays.asList(arguments));
        Plan plan = Plan.parse(words);
        Path folder = Path.of(words.get(5));
        int number = Integer.parseInt(words.get(4));
        try (Application node = application(plan, words.get(0), words.get(1), words.get(2), folder)
                .set("hibernate.cache.redis.near", Boolean.toString(plan.isNear(number)))
                .set(
                        "hibernate.cache.redis.near_lease",
                        plan.hasNearCaches() ? plan.nearLease().toMillis() + "ms" : "1s")
                .start()) {
            new Worker(plan, words.get(0), Long.parseLong(words.get(3)), number, folder, node.factory()).obey();
        }
    }

    private void obey() throws Exception {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        ExecutorService pool = Executors.newCachedThreadPool();
        List<Future<?>> running = new ArrayList<>();
        awaitCache();
        System.out.println("READY");
        for (String order = input.readLine(); order != null; order = input.readLine()) {
            switch (order) {
                case "go" -> {
                    for (int i = 0; i < plan.threads(); i++) {
                        int thread = number * plan.threads() + i;
                        running.add(pool.submit(() -> work(thread)));
                    }
                    running.add(pool.submit(this::probe));
                }
                case "count" -> System.out.println("COUNT " + transactions.get());
                case "stop" -> {
                    stop.set(true);
                    for (Future<?> each : running) {
                        each.get();
                    }
                    report();
                }
                case "calm" -> {
                    bustle.writeLock().lock();
                    System.out.println("CALM");
                }
                case "look" -> look();
                case "go on" -> bustle.writeLock().unlock();
                default -> throw new IllegalArgumentException(order);
            }
        }
        pool.shutdownNow();
    }

    /**
     * On a busy machine the first attempt to connect takes too long. No other instance learns of writes before there is
     * a connection.
     */
    private void awaitCache() throws InterruptedException {
        CacheRegionStatistics beacon = factory.getStatistics().getCacheRegionStatistics(Beacon.class.getName());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (beacon.getHitCount() == 0 && System.nanoTime() - deadline < 0) {
            factory.inSession(session -> session.find(Beacon.class, Beacon.ID));
            Thread.sleep(BETWEEN_PROBES_MILLIS);
        }
    }

    private @Nullable Void work(int thread) throws IOException {
        try (Journal journal = new Journal(folder.resolve("thread-" + thread + ".journal"))) {
            Workload workload = new Workload(factory, plan.isRepeatable(), plan.locksOnly(), journal, seed, thread);
            while (!stop.get()) {
                bustle.readLock().lock();
                try {
                    workload.oneTransaction();
                } finally {
                    bustle.readLock().unlock();
                }
                transactions.incrementAndGet();
            }
            synchronized (failures) {
                workload.failures().forEach((failure, times) -> failures.merge(failure, times, Integer::sum));
            }
        }
        return null;
    }

    private @Nullable Void probe() throws IOException, InterruptedException {
        CacheRegionStatistics region = factory.getStatistics().getCacheRegionStatistics(Beacon.class.getName());
        try (Journal journal = new Journal(folder.resolve("probe-" + number + ".journal"))) {
            while (!stop.get()) {
                long hits = region.getHitCount();
                long from = System.nanoTime();
                try {
                    factory.inSession(session -> session.find(Beacon.class, Beacon.ID));
                    journal.probed(new Journal.Probe(number, from, System.nanoTime(), region.getHitCount() > hits));
                } catch (RuntimeException e) {
                    journal.failed("probe " + number, e);
                }
                journal.flush();
                Thread.sleep(BETWEEN_PROBES_MILLIS);
            }
        }
        return null;
    }

    private void report() {
        Statistics statistics = factory.getStatistics();
        System.out.println("DONE " + transactions.get()
                + " " + statistics.getSecondLevelCacheHitCount()
                + " " + statistics.getSecondLevelCacheMissCount()
                + " " + statistics.getQueryCacheHitCount()
                + " " + statistics.getNaturalIdCacheHitCount()
                + " " + nearHits()
                + " " + failures);
    }

    private long nearHits() {
        return plan.isNear(number) ? CacheStatus.of(factory).counters().total().nearHits() : 0;
    }

    /** No transaction is running: values that are read through the cache must equal those in the database. */
    private void look() {
        List<String> differences = Workload.differencesAtRest(factory, new Database(databaseUrl).current());
        differences.forEach(difference -> System.out.println("DIFFERENT " + difference));
        System.out.println("LOOKED " + differences.size());
    }
}
