package io.github.hibernateredis.samples.boot;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.persistence.EntityManagerFactory;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.hibernate.SessionFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Starts PostgreSQL, Redis and the application, sends it HTTP requests, kills Redis, and starts it again. It checks
 * each answer and fails if one is not as expected.
 */
final class Walkthrough {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final ConfigurableApplicationContext application;
    private final String base;

    private Walkthrough(ConfigurableApplicationContext application) {
        this.application = application;
        this.base = "http://localhost:" + application.getEnvironment().getProperty("local.server.port");
    }

    public static void main(String[] arguments) throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
                LocalRedis redis = LocalRedis.start();
                ConfigurableApplicationContext application = SpringApplication.run(
                        ProductCatalog.class,
                        "--spring.main.banner-mode=off",
                        "--server.port=0",
                        "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                        "--hibernate.cache.redis.url=redis://127.0.0.1:" + redis.port())) {
            new Walkthrough(application).run(redis);
        }
    }

    private void run(LocalRedis redis) throws IOException, InterruptedException {
        say("A product is written and read twice");
        put("/products/1", "teapot");
        check(get("/products/1").equals("teapot"), "the product is read");
        long statements = statements();
        check(get("/products/1").equals("teapot"), "the product is read again");
        check(statements() == statements, "the second read took no statement in the database");

        say("Redis is killed");
        redis.kill();
        await("the cache is not available", () -> {
            check(get("/products/1").equals("teapot"), "the product is still read");
            return health("hibernateRedis").contains("UNAVAILABLE");
        });
        check(get("/actuator/health").contains("\"status\":\"UP\""), "the application is UP");
        put("/products/1", "coffeepot");
        check(get("/products/1").equals("coffeepot"), "a value written during the outage is read");

        say("Redis is back");
        redis.launch();
        await("the cache is available", () -> health("hibernateRedis").contains("\"AVAILABLE\""));
        check(get("/products/1").equals("coffeepot"), "the product has the new value");

        say("The metrics for Prometheus");
        get("/actuator/prometheus")
                .lines()
                .filter(line -> line.startsWith("hibernate_cache_redis_available")
                        || line.startsWith("hibernate_cache_redis_breaker_state")
                        || line.startsWith("hibernate_cache_redis_hits_total")
                        || line.startsWith("hibernate_second_level_cache_requests_total"))
                .forEach(System.out::println);
    }

    private interface Condition {
        boolean isTrue() throws IOException, InterruptedException;
    }

    private static void await(String what, Condition condition) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (!condition.isTrue()) {
            if (System.nanoTime() - begin > Duration.ofSeconds(60).toNanos()) {
                throw new IllegalStateException("Did not happen within a minute: " + what);
            }
            Thread.sleep(50);
        }
        check(true, what);
    }

    private static void say(String what) {
        System.out.println("\n== " + what);
    }

    private static void check(boolean isSo, String what) {
        if (!isSo) {
            throw new IllegalStateException("Not so: " + what);
        }
        if (!what.contains("still")) {
            System.out.println("   " + what);
        }
    }

    private long statements() {
        return application
                .getBean(EntityManagerFactory.class)
                .unwrap(SessionFactory.class)
                .getStatistics()
                .getPrepareStatementCount();
    }

    private String health(String component) throws IOException, InterruptedException {
        return get("/actuator/health/" + component);
    }

    private String get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(base + path)));
    }

    private void put(String path, String body) throws IOException, InterruptedException {
        send(HttpRequest.newBuilder(URI.create(base + path)).PUT(BodyPublishers.ofString(body)));
    }

    private static String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        var response = HTTP.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IllegalStateException(response + ": " + response.body());
        }
        return response.body();
    }
}
