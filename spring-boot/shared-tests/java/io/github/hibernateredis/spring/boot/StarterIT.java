package io.github.hibernateredis.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.hibernateredis.CacheStatus;
import io.github.hibernateredis.spring.boot.app.Book;
import io.github.hibernateredis.testing.Certificates;
import io.github.hibernateredis.testing.RedisServer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;

/** Tests the effect of properties and beans with a real Redis and a real database, but without the web. */
@ExtendWith(OutputCaptureExtension.class)
final class StarterIT {

    @TempDir
    private static Path folder;

    private static RedisServer redis;
    private static Certificates certificates;
    private static int tlsPort;

    @BeforeAll
    static void startRedis() throws Exception {
        certificates = Certificates.in(folder);
        certificates.issue("server", "ip:127.0.0.1");
        try (var free = new ServerSocket(0)) {
            tlsPort = free.getLocalPort();
        }
        redis = RedisServer.start(
                "--tls-port", Integer.toString(tlsPort),
                "--tls-auth-clients", "no",
                "--tls-ca-cert-file", certificates.authorityAsPem().toString(),
                "--tls-cert-file", certificates.certificateAsPem("server").toString(),
                "--tls-key-file", certificates.keyAsPem("server").toString());
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @AutoConfigurationPackage(basePackageClasses = Book.class)
    static class Application {}

    private static final AutoConfigurations OURS = AutoConfigurations.of(
            HibernateRedisAutoConfiguration.class,
            HibernateRedisActuatorAutoConfiguration.class,
            SslAutoConfiguration.class);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(OURS)
            .withConfiguration(Generation.jpa())
            .withUserConfiguration(Application.class)
            .withPropertyValues("spring.datasource.generate-unique-name=true");

    private final ApplicationContextRunner withUrl =
            runner.withPropertyValues("hibernate.cache.redis.url=redis://127.0.0.1:" + redis.port());

    private static void transact(EntityManagerFactory factory, Consumer<EntityManager> work) {
        try (EntityManager session = factory.createEntityManager()) {
            session.getTransaction().begin();
            work.accept(session);
            session.getTransaction().commit();
        }
    }

    private static void write(EntityManagerFactory factory, String title) {
        transact(factory, session -> {
            Book book = new Book();
            book.id = 1L;
            book.title = title;
            session.merge(book);
        });
    }

    private static String read(EntityManagerFactory factory) {
        try (EntityManager session = factory.createEntityManager()) {
            return session.find(Book.class, 1L).title;
        }
    }

    private static EntityManagerFactory factory(ApplicationContext context) {
        return context.getBean(EntityManagerFactory.class);
    }

    private static String readUntilHit(EntityManagerFactory factory) {
        long begin = System.nanoTime();
        while (CacheStatus.of(factory).counters().total().hits() == 0) {
            read(factory);
            assertThat(System.nanoTime() - begin)
                    .isLessThan(Duration.ofSeconds(30).toNanos());
        }
        return read(factory);
    }

    /** Boot lets Hibernate create the schema of an embedded database, so {@code created} needs no further setting. */
    @ParameterizedTest
    @CsvSource({"never, old", "created, new", "always, new"})
    void aNewDatabaseBehindAnOldRedis(String clearOnStart, String expected) {
        ApplicationContextRunner application = withUrl.withPropertyValues("spring.application.name=" + clearOnStart);
        application.run(context -> {
            write(factory(context), "old");
            readUntilHit(factory(context));
        });
        application
                .withPropertyValues("hibernate.cache.redis.clear-on-start=" + clearOnStart)
                .run(context -> {
                    try (Connection connection = context.getBean(DataSource.class).getConnection();
                            Statement statement = connection.createStatement()) {
                        statement.executeUpdate("insert into book (id, title) values (1, 'new')");
                    }
                    assertThat(read(factory(context))).isEqualTo(expected);
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoDatabases {

        private static LocalContainerEntityManagerFactoryBean unit(String name) {
            JdbcDataSource database = new JdbcDataSource();
            database.setURL("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1");
            LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
            factory.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
            factory.setDataSource((DataSource) database);
            factory.setPackagesToScan(Book.class.getPackageName());
            factory.setPersistenceUnitName(name);
            factory.setJpaPropertyMap(new HashMap<>(Map.of("hibernate.hbm2ddl.auto", "create-drop")));
            return factory;
        }

        @Bean
        @Primary
        LocalContainerEntityManagerFactoryBean shopEntityManagerFactory() {
            return unit("shop");
        }

        @Bean
        LocalContainerEntityManagerFactoryBean archiveEntityManagerFactory() {
            return unit("archive");
        }
    }

    @Test
    void severalDatabasesAreKeptApartAndShown(CapturedOutput output) {
        new ApplicationContextRunner()
                .withConfiguration(OURS)
                .withUserConfiguration(TwoDatabases.class)
                .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withPropertyValues(
                        "spring.application.name=several", "hibernate.cache.redis.url=redis://127.0.0.1:" + redis.port())
                .run(context -> {
                    var shop = context.getBean("shopEntityManagerFactory", EntityManagerFactory.class);
                    var archive = context.getBean("archiveEntityManagerFactory", EntityManagerFactory.class);
                    write(shop, "in stock");
                    write(archive, "sold");
                    assertThat(readUntilHit(shop)).isEqualTo("in stock");
                    assertThat(readUntilHit(archive)).isEqualTo("sold");
                    assertThat(CacheStatus.of(archive).keyPrefix()).isEqualTo("several:archive");
                    assertThat(context.getBean(MeterRegistry.class)
                                    .get("hibernate.cache.redis.available")
                                    .gauges())
                            .extracting(gauge -> gauge.getId().getTag("entityManagerFactory"), Gauge::value)
                            .containsExactlyInAnyOrder(
                                    tuple("shop", 1.0),
                                    tuple("archive", 1.0));
                    CacheHealth health = CacheHealth.of(context.getBean(RedisCaches.class), "UNKNOWN");
                    assertThat(health.status()).isEqualTo("UP");
                    assertThat(health.details()).containsOnlyKeys("shop", "archive");
                });
        assertThat(output).doesNotContain(" WARN ").doesNotContain("ERROR");
    }

    @Test
    void aSslBundleIsTrusted() {
        ApplicationContextRunner secure = runner.withPropertyValues(
                "spring.application.name=secure",
                "spring.ssl.bundle.pem.cache.truststore.certificate=file:" + folder.resolve("authority.crt"));
        List<ApplicationContextRunner> ways = List.of(
                secure.withPropertyValues(
                        "hibernate.cache.redis.url=rediss://127.0.0.1:" + tlsPort,
                        "hibernate.cache.redis.ssl.bundle=cache"),
                secure.withConfiguration(Generation.redis())
                        .withPropertyValues(
                                "spring.data.redis.host=127.0.0.1",
                                "spring.data.redis.port=" + tlsPort,
                                "spring.data.redis.ssl.bundle=cache"));
        for (ApplicationContextRunner way : ways) {
            way.run(context -> {
                write(factory(context), "secret");
                assertThat(readUntilHit(factory(context))).isEqualTo("secret");
            });
        }
    }

    @Test
    void withoutTheBundleTheServerIsNotTrusted(CapturedOutput output) {
        runner.withPropertyValues(
                        "spring.application.name=insecure",
                        "hibernate.cache.redis.url=rediss://127.0.0.1:" + tlsPort)
                .run(context -> {
                    write(factory(context), "secret");
                    assertThat(read(factory(context))).isEqualTo("secret");
                    assertThat(CacheStatus.of(factory(context)).available()).isFalse();
                });
        assertThat(output).contains("unable to find valid certification path");
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnClient {

        /** Whether the session factory was still open when its client was closed. */
        static boolean closedTooEarly;

        static RedissonClient client;

        record Owned(RedissonClient client, ApplicationContext context) implements AutoCloseable {

            @Override
            public void close() {
                closedTooEarly = factory(context).isOpen();
                client.shutdown();
            }
        }

        @Bean
        Owned owned(ApplicationContext context) {
            Config config = new Config();
            config.useSingleServer()
                    .setAddress("redis://127.0.0.1:" + redis.port())
                    .setTimeout(250)
                    .setRetryAttempts(0);
            client = Redisson.create(config);
            return new Owned(client, context);
        }

        @Bean(destroyMethod = "")
        @Qualifier("hibernateCache")
        RedissonClient cacheClient(Owned owned) {
            return owned.client();
        }
    }

    @Test
    void aClientBeanIsClosedAfterTheCache(CapturedOutput output) {
        runner.withUserConfiguration(OwnClient.class)
                .withPropertyValues("spring.application.name=own")
                .run(context -> {
                    write(factory(context), "own");
                    assertThat(readUntilHit(factory(context))).isEqualTo("own");
                });
        assertThat(OwnClient.closedTooEarly).isFalse();
        assertThat(OwnClient.client.isShutdown()).isTrue();
        assertThat(output).doesNotContain(" WARN ").doesNotContain("ERROR");
    }

    /**
     * Nothing fails if the starter's configuration is excluded; Hibernate then uses the cache on its own, without the
     * starter's settings.
     */
    @Test
    void theAutoConfigurationMayBeExcluded() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(HibernateRedisActuatorAutoConfiguration.class))
                .withConfiguration(Generation.jpa())
                .withUserConfiguration(Application.class)
                .withPropertyValues("spring.datasource.generate-unique-name=true")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(RedisCaches.class)
                        .doesNotHaveBean("hibernateRedisHealthIndicator"));
    }
}
