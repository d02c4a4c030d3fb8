package io.github.hibernateredis.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import io.github.hibernateredis.spring.boot.app.BookShop;
import io.github.hibernateredis.testing.PrometheusQueries;
import io.github.hibernateredis.testing.RedisServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cache.CacheManager;
import org.springframework.cache.caffeine.CaffeineCacheManager;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;

/** Tests an application over the web, as its users and its operators use it, while Redis is killed and restarted. */
@ExtendWith(OutputCaptureExtension.class)
final class BookShopIT {

    private static final String REGION = "io.github.hibernateredis.spring.boot.app.Book";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static RedisServer redis;
    private static ConfigurableApplicationContext application;
    private static Client client;

    @BeforeAll
    static void startServers() throws IOException {
        redis = RedisServer.start();
        application = start("--hibernate.cache.redis.region." + REGION + ".ttl=25m");
        client = new Client(application);
    }

    @AfterAll
    static void stopServers() {
        application.close();
        redis.close();
    }

    private static ConfigurableApplicationContext start(String... arguments) throws IOException {
        return new SpringApplicationBuilder(BookShop.class)
                .properties(
                        "server.port=0",
                        "spring.datasource.url=" + Postgres.url(),
                        "spring.data.redis.port=" + redis.port(),
                        "spring.jmx.enabled=true")
                .run(arguments);
    }

    private record Client(String base) {

        Client(ConfigurableApplicationContext application) {
            this("http://localhost:" + application.getEnvironment().getProperty("local.server.port"));
        }

        private HttpResponse<String> send(HttpRequest.Builder request) {
            try {
                return HTTP.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        String get(String path) {
            HttpResponse<String> response = send(HttpRequest.newBuilder(URI.create(base + path)));
            assertThat(response.statusCode()).as(path).isEqualTo(200);
            return response.body();
        }

        void write(String title) {
            HttpResponse<String> response =
                    send(HttpRequest.newBuilder(URI.create(base + "/books/1")).PUT(BodyPublishers.ofString(title)));
            assertThat(response.statusCode()).isEqualTo(200);
        }

        int delete(String path) {
            return send(HttpRequest.newBuilder(URI.create(base + path)).DELETE())
                    .statusCode();
        }

        String cache() {
            return get("/actuator/health/hibernateRedis");
        }

        /** The values of the time series that begin with this text. */
        List<String> series(String begin) {
            return get("/actuator/prometheus")
                    .lines()
                    .filter(line -> line.startsWith(begin))
                    .toList();
        }
    }

    private static void eventually(Client client, Predicate<Client> condition) {
        long begin = System.nanoTime();
        while (!condition.test(client)) {
            assertThat(System.nanoTime() - begin)
                    .isLessThan(Duration.ofSeconds(60).toNanos());
        }
    }

    @Test
    void worksThroughAnOutageAndShowsIt(CapturedOutput output) throws IOException {
        client.write("one");
        assertThat(client.get("/books/1")).isEqualTo("one");
        assertThat(client.get("/books/1")).isEqualTo("one");
        assertThat(JsonPath.<String>read(client.cache(), "$.status")).isEqualTo("UP");
        assertThat(client.series("hibernate_cache_redis_available"))
                .singleElement()
                .asString()
                .contains("entityManagerFactory=\"entityManagerFactory\"")
                .endsWith(" 1.0");
        assertThat(client.series("hibernate_cache_redis_hits_total"))
                .filteredOn(line -> line.contains("region=\"" + REGION + "\""))
                .singleElement()
                .asString()
                .doesNotEndWith(" 0.0");
        assertThat(client.series("hibernate_second_level_cache_requests_total"))
                .anyMatch(line -> line.contains("result=\"hit\"") && line.contains(REGION));
        assertThat(client.get("/actuator/metrics/hibernate.cache.redis.requests"))
                .contains("outcome");
        assertThat(keys()).isNotEmpty().allMatch(key -> key.startsWith("book-shop:"));
        assertEverythingIsScraped();

        redis.kill();
        eventually(client, shop -> {
            assertThat(shop.get("/books/1")).isEqualTo("one");
            return shop.cache().contains("UNAVAILABLE");
        });
        client.write("two");
        assertThat(client.get("/books/1")).isEqualTo("two");
        String outage = client.cache();
        assertThat(JsonPath.<String>read(outage, "$.status")).isEqualTo("UNKNOWN");
        assertThat(JsonPath.<String>read(outage, "$.details.reason")).isNotEmpty();
        assertThat(JsonPath.<List<String>>read(outage, "$.details.bypassedRegions"))
                .contains(REGION);
        assertThat(JsonPath.<String>read(client.get("/actuator/health"), "$.status"))
                .isEqualTo("UP");
        assertThat(client.series("hibernate_cache_redis_available")).allMatch(line -> line.endsWith(" 0.0"));
        assertThat(client.series("hibernate_cache_redis_invalidations_pending"))
                .anyMatch(line -> line.contains(REGION) && line.endsWith(" 1.0"));
        assertEverythingIsScraped();

        redis.restart();
        eventually(client, shop -> shop.cache().contains("\"AVAILABLE\""));
        eventually(client, shop -> {
            assertThat(shop.get("/books/1")).isEqualTo("two");
            return !keys().isEmpty();
        });
        assertThat(client.series("hibernate_cache_redis_invalidations_pending"))
                .allMatch(line -> line.endsWith(" 0.0"));
        assertEverythingIsScraped();
        assertThat(output).doesNotContain("ERROR").doesNotContain("neither hibernate.cache.redis.key-prefix");
    }

    /** The metrics for the dashboard and the alerts exist, whatever the state of Redis. */
    private static void assertEverythingIsScraped() throws IOException {
        String scraped = client.get("/actuator/prometheus");
        Path docs = Path.of("..", "..", "docs");
        assertThat(PrometheusQueries.ofDashboard(docs)).isNotEmpty().allSatisfy(query -> query.checkAgainst(scraped));
        assertThat(PrometheusQueries.ofAlerts(docs)).isNotEmpty().allSatisfy(query -> query.checkAgainst(scraped));
    }

    private static List<String> keys() {
        try (var commands = redis.connect()) {
            return List.copyOf(commands.keys("*"));
        }
    }

    @Test
    void startsWithoutRedisAndWithoutWarningsButOne(CapturedOutput output) throws IOException {
        redis.kill();
        try (ConfigurableApplicationContext another = start(
                "--spring.application.name=another",
                "--spring.datasource.url=jdbc:h2:mem:another",
                "--spring.jmx.enabled=false")) {
            Client shop = new Client(another);
            shop.write("one");
            assertThat(shop.get("/books/1")).isEqualTo("one");
            assertThat(JsonPath.<String>read(shop.get("/actuator/health"), "$.status"))
                    .isEqualTo("UP");
            redis.restart();
            eventually(shop, here -> here.cache().contains("\"AVAILABLE\""));
        } finally {
            redis.restart();
        }
        assertThat(output.getOut().lines().filter(line -> line.contains("Redis cannot be reached")))
                .hasSize(1);
        assertThat(output).doesNotContain("ERROR");
    }

    @Test
    void theEndpointShowsAndEvicts() {
        client.write("one");
        client.get("/books/1");
        eventually(client, shop -> shop.cache().contains("\"AVAILABLE\""));
        String status = client.get("/actuator/hibernateredis");
        assertThat(JsonPath.<String>read(status, "$.entityManagerFactory.availability"))
                .isEqualTo("AVAILABLE");
        assertThat(JsonPath.<String>read(status, "$.entityManagerFactory.keyPrefix"))
                .isEqualTo("book-shop");
        assertThat(JsonPath.<List<String>>read(
                        status, "$.entityManagerFactory.regions[?(@.name=='" + REGION + "')].settings.ttl"))
                .containsExactly("25m");
        assertThat(client.delete("/actuator/hibernateredis/" + REGION)).isEqualTo(204);
        assertThat(client.delete("/actuator/hibernateredis/" + REGION + "/1")).isEqualTo(204);
        assertThat(client.delete("/actuator/hibernateredis/unknown")).isEqualTo(400);
        assertThat(client.delete("/actuator/hibernateredis/" + REGION + "/one")).isEqualTo(400);
    }

    /** Boot prefers JCache to Caffeine if it finds it, and Redisson contains a JCache provider. */
    @Test
    void leavesSpringsCacheAlone() {
        assertThat(ClassUtils.isPresent("javax.cache.Caching", null)).isFalse();
        assertThat(application.getBean(CacheManager.class)).isInstanceOf(CaffeineCacheManager.class);
        assertThat(client.get("/price")).isEqualTo(client.get("/price"));
    }
}
