package io.github.hibernateredis.integration;

import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.LoadWait;
import io.github.hibernateredis.integration.LoadWaitIT.Article;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.hibernate.Session;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.resource.jdbc.spi.StatementInspector;

/** One JVM of {@link LoadWaitJvmsIT}: reads by many threads at once, and says how many statements that took. */
final class LoadWaitWorker {

    static final int THREADS = 100;
    static final int SQL_MILLIS = 300;

    private static final AtomicInteger STATEMENTS = new AtomicInteger();
    private static final List<Long> WAITS = new CopyOnWriteArrayList<>();
    private static final CountDownLatch HANGING = new CountDownLatch(1);

    private static volatile boolean slow;
    private static volatile boolean hangs;

    private LoadWaitWorker() {}

    /** Each statement takes its time, so that those who want the same find it under way; or for ever. */
    private static final class Slow implements StatementInspector {

        private static final long serialVersionUID = 1L;

        @Override
        public String inspect(String sql) {
            STATEMENTS.incrementAndGet();
            try {
                if (hangs) {
                    System.out.println("HANGS");
                    HANGING.await();
                } else if (slow) {
                    TimeUnit.MILLISECONDS.sleep(SQL_MILLIS);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return sql;
        }
    }

    /** @param arguments a name, a JDBC URL, how long sessions wait for loads, and the URL of Redis */
    public static void main(String[] arguments) throws Exception {
        CacheListener listener = new CacheListener() {
            @Override
            public void loadAwaited(String region, LoadWait outcome, long nanos) {
                WAITS.add(nanos);
            }
        };
        Application node = Application.on(arguments[0], Article.class)
                .countNoStatements()
                .set(AvailableSettings.JAKARTA_JDBC_URL, arguments[1])
                .set("hibernate.cache.redis.url", arguments[3])
                .set(AvailableSettings.STATEMENT_INSPECTOR, new Slow())
                .set(AvailableSettings.POOL_SIZE, String.valueOf(THREADS))
                .set("hibernate.cache.redis.load_waiters", THREADS)
                .set("hibernate.cache.redis.region." + Article.class.getName() + ".load_wait", arguments[2])
                .set("hibernate.cache.redis.region." + Article.class.getName() + ".tags.load_wait", arguments[2])
                .set("hibernate.cache.redis.region.default-query-results-region.load_wait", arguments[2])
                .set("hibernate.cache.redis.listener", listener)
                .start();
        System.out.println("READY");
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            switch (line) {
                case "fill" ->
                    node.transact(session -> {
                        for (long id = 1; id <= 3; id++) {
                            session.persist(new Article(id));
                        }
                    });
                case "evict" -> node.factory().getCache().evictAllRegions();
                case "hear" ->
                    node.transact(session -> {
                        session.find(Article.class, 2L).tags.size();
                        LoadWaitIT.titles(session, 2);
                    });
                case "owner" -> node.find(Article.class, 1L);
                case "entity" -> readAtOnce(node, input, session -> session.find(Article.class, 1L));
                case "collection" ->
                    readAtOnce(
                            node,
                            input,
                            session -> session.find(Article.class, 1L).tags.size());
                case "query" -> readAtOnce(node, input, session -> LoadWaitIT.titles(session, 1));
                case "hang" -> {
                    hangs = true;
                    node.find(Article.class, 1L);
                }
                case "find" -> {
                    long begin = System.nanoTime();
                    node.find(Article.class, 1L);
                    System.out.println("FOUND " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
                }
                default -> throw new IllegalArgumentException(line);
            }
            System.out.println("DONE");
        }
        node.close();
    }

    /** All have begun their transactions when the go comes. */
    private static void readAtOnce(Application node, BufferedReader input, Consumer<Session> reading) throws Exception {
        CountDownLatch begun = new CountDownLatch(THREADS);
        CountDownLatch go = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> readers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            readers.add(threads.submit(() -> {
                node.transact(session -> {
                    begun.countDown();
                    awaitQuietly(go);
                    reading.accept(session);
                });
                return null;
            }));
        }
        begun.await();
        STATEMENTS.set(0);
        WAITS.clear();
        slow = true;
        System.out.println("BEGUN");
        input.readLine();
        go.countDown();
        for (Future<?> reader : readers) {
            reader.get(60, TimeUnit.SECONDS);
        }
        slow = false;
        threads.shutdown();
        List<Long> waits = new ArrayList<>(WAITS);
        waits.sort(null);
        long p99 = waits.isEmpty() ? 0 : waits.get((int) (waits.size() * 0.99));
        System.out.println("READ " + STATEMENTS + " " + waits.size() + " " + TimeUnit.NANOSECONDS.toMillis(p99));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
