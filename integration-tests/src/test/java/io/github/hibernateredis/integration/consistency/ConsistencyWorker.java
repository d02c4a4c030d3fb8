package io.github.hibernateredis.integration.consistency;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.hibernateredis.integration.Application;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.stat.Statistics;

/** One JVM of the torture test: runs random transactions on some threads until it is told to end. */
final class ConsistencyWorker {

    private ConsistencyWorker() {}

    /** A node of the application that the test tortures. */
    static Application.Builder application(String databaseUrl, String redisUrl, String keyPrefix, int isolation) {
        return Application.on(keyPrefix, Workload.ENTITIES)
                .set(AvailableSettings.JAKARTA_JDBC_URL, databaseUrl)
                .unset(AvailableSettings.JAKARTA_JDBC_USER)
                .unset(AvailableSettings.JAKARTA_JDBC_PASSWORD)
                .set(AvailableSettings.HBM2DDL_AUTO, "none")
                .set(AvailableSettings.POOL_SIZE, "12")
                .set(AvailableSettings.ISOLATION, Integer.toString(isolation))
                .set("hibernate.cache.redis.url", redisUrl)
                .set("hibernate.cache.redis.lock_timeout", "15s");
    }

    public static void main(String[] arguments) throws Exception {
        String databaseUrl = arguments[0];
        String redisUrl = arguments[1];
        String keyPrefix = arguments[2];
        int isolation = Integer.parseInt(arguments[3]);
        long seed = Long.parseLong(arguments[4]);
        int firstThread = Integer.parseInt(arguments[5]);
        int threads = Integer.parseInt(arguments[6]);
        Path folder = Path.of(arguments[7]);
        try (Application node =
                application(databaseUrl, redisUrl, keyPrefix, isolation).start()) {
            System.out.println("READY");
            BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
            input.readLine();
            AtomicBoolean stop = new AtomicBoolean();
            AtomicInteger transactions = new AtomicInteger();
            ExecutorService pool = Executors.newFixedThreadPool(threads);
            List<Future<Workload>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = firstThread + i;
                running.add(pool.submit(() -> work(node, isolation, seed, thread, folder, stop, transactions)));
            }
            while ("count".equals(input.readLine())) {
                System.out.println("COUNT " + transactions.get());
            }
            stop.set(true);
            report(node, running);
            pool.shutdown();
        }
    }

    private static Workload work(
            Application node,
            int isolation,
            long seed,
            int thread,
            Path folder,
            AtomicBoolean stop,
            AtomicInteger transactions)
            throws IOException {
        try (Journal journal = new Journal(folder.resolve("thread-" + thread + ".journal"))) {
            Workload workload = new Workload(
                    node.factory(), isolation >= Connection.TRANSACTION_REPEATABLE_READ, journal, seed, thread);
            while (!stop.get()) {
                workload.oneTransaction();
                transactions.incrementAndGet();
            }
            return workload;
        }
    }

    private static void report(Application node, List<Future<Workload>> running) throws Exception {
        int transactions = 0;
        Map<String, Integer> failures = new HashMap<>();
        for (Future<Workload> thread : running) {
            Workload workload = thread.get();
            transactions += workload.transactions();
            workload.failures().forEach((failure, times) -> failures.merge(failure, times, Integer::sum));
        }
        Statistics statistics = node.factory().getStatistics();
        System.out.println("DONE " + transactions
                + " " + statistics.getSecondLevelCacheHitCount()
                + " " + statistics.getSecondLevelCacheMissCount()
                + " " + statistics.getQueryCacheHitCount()
                + " " + statistics.getQueryCacheMissCount()
                + " " + statistics.getNaturalIdCacheHitCount()
                + " " + statistics.getNaturalIdCacheMissCount()
                + " " + failures);
    }
}
