package io.github.hibernateredis.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

import io.github.hibernateredis.ClientCustomizer;
import io.github.hibernateredis.RedisSettings;
import io.github.hibernateredis.events.CacheListener;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.spi.PersistenceProvider;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.assertj.core.api.MapAssert;
import org.h2.jdbcx.JdbcDataSource;
import org.hibernate.jpa.HibernatePersistenceProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.redisson.api.RedissonClient;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.data.redis.core.RedisOperations;
import org.springframework.orm.jpa.AbstractEntityManagerFactoryBean;

/** Tests which settings the entity manager factory gets from a configuration. Needs neither a database nor Redis. */
@ExtendWith(OutputCaptureExtension.class)
final class HibernateRedisAutoConfigurationTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(HibernateRedisAutoConfiguration.class, SslAutoConfiguration.class))
            .withUserConfiguration(OneUnit.class)
            .withPropertyValues("spring.application.name=shop");

    private final ApplicationContextRunner withUrl =
            runner.withPropertyValues("hibernate.cache.redis.url=redis://cache:6380");

    /** Records its settings, and builds nothing. */
    static final class Unit extends AbstractEntityManagerFactoryBean {

        private static final long serialVersionUID = 1L;
        private transient DataSource dataSource = new JdbcDataSource();

        Unit(Map<String, Object> properties) {
            setPersistenceProvider(new HibernatePersistenceProvider());
            setJpaPropertyMap(properties);
        }

        Unit named(String name) {
            setPersistenceUnitName(name);
            return this;
        }

        Unit of(DataSource database) {
            dataSource = database;
            return this;
        }

        Unit by(PersistenceProvider provider) {
            setPersistenceProvider(provider);
            return this;
        }

        @Override
        public DataSource getDataSource() {
            return dataSource;
        }

        @Override
        protected EntityManagerFactory createNativeEntityManagerFactory() {
            return mock(EntityManagerFactory.class);
        }
    }

    private static DataSource notEmbedded() {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:file:./target/database");
        return dataSource;
    }

    @Configuration(proxyBeanMethods = false)
    static class OneUnit {

        @Bean
        Unit entityManagerFactory() {
            return new Unit(new HashMap<>()).of(notEmbedded());
        }
    }

    private static MapAssert<String, Object> settings(ApplicationContextRunner context, String... properties) {
        Map<String, Object> settings = new HashMap<>();
        context.withPropertyValues(properties).run(started -> {
            assertThat(started).hasNotFailed();
            settings.putAll(started.getBean(Unit.class).getJpaPropertyMap());
        });
        return assertThat(settings);
    }

    @Test
    void aUrlIsEnough() {
        settings(withUrl)
                .containsEntry("hibernate.cache.region.factory_class", "redis")
                .containsEntry(RedisSettings.URL, "redis://cache:6380")
                .containsEntry(RedisSettings.KEY_PREFIX, "shop")
                .doesNotContainKey("hibernate.cache.use_query_cache");
    }

    @Test
    void settingsAreReadInKebabCaseAndWithUnderscores() {
        settings(
                        withUrl,
                        "hibernate.cache.redis.lock-timeout=30s",
                        "hibernate.cache.redis.ttl_jitter=5%",
                        "hibernate.cache.redis.allowed-classes[0]=com.acme.A",
                        "hibernate.cache.redis.allowed-classes[1]=com.acme.B",
                        "hibernate.cache.redis.region.com.acme.Product.outage-policy=consistent",
                        "hibernate.cache.redis.region[com.acme.Outer$Inner.ttl]=5m",
                        "hibernate.cache.redis.query-cache=true",
                        "hibernate.cache.redis.statistics=true")
                .containsEntry(RedisSettings.LOCK_TIMEOUT, "30s")
                .containsEntry(RedisSettings.TTL_JITTER, "5%")
                .containsEntry(RedisSettings.ALLOWED_CLASSES, "com.acme.A,com.acme.B")
                .containsEntry("hibernate.cache.redis.region.com.acme.Product.outage_policy", "consistent")
                .containsEntry("hibernate.cache.redis.region.com.acme.Outer$Inner.ttl", "5m")
                .containsEntry("hibernate.cache.use_query_cache", "true")
                .containsEntry("hibernate.generate_statistics", "true")
                .containsEntry("hibernate.session.events.log", "false")
                .allSatisfy((name, value) -> assertThat(name).doesNotContain("query-cache", "redis.statistics"));
    }

    @Test
    void environmentVariablesNameSettingsToo() {
        settings(withUrl.withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new SystemEnvironmentPropertySource(
                                "test-systemEnvironment",
                                Map.of(
                                        "HIBERNATE_CACHE_REDIS_KEY_PREFIX", "env",
                                        "HIBERNATE_CACHE_REDIS_PASSWORD", "secret")))))
                .containsEntry(RedisSettings.KEY_PREFIX, "env")
                .containsEntry(RedisSettings.URL, "redis://:secret@cache:6380");
    }

    @Test
    void whatIsNoSettingIsLeftToTheProviderToRefuse() {
        settings(withUrl, "hibernate.cache.redis.lok-timeout=30s")
                .containsEntry("hibernate.cache.redis.lok_timeout", "30s");
    }

    @Test
    void switchedOffThereIsNoSecondLevelCache() {
        settings(withUrl, "hibernate.cache.redis.enabled=false")
                .containsEntry("hibernate.cache.use_second_level_cache", "false")
                .doesNotContainKey("hibernate.cache.region.factory_class");
    }

    private ApplicationContextRunner unit(Map<String, Object> properties) {
        return new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(HibernateRedisAutoConfiguration.class, SslAutoConfiguration.class))
                .withPropertyValues("hibernate.cache.redis.url=redis://cache:6380", "spring.application.name=shop")
                .withBean(Unit.class, () -> new Unit(new HashMap<>(properties)).of(notEmbedded()));
    }

    @Test
    void jpaPropertiesWin() {
        settings(unit(Map.of(RedisSettings.URL, "redis://other", RedisSettings.KEY_PREFIX, "own")))
                .containsEntry(RedisSettings.URL, "redis://other")
                .containsEntry(RedisSettings.KEY_PREFIX, "own");
        settings(unit(Map.of("hibernate.cache.region.factory_class", "jcache")))
                .doesNotContainKey(RedisSettings.URL)
                .containsEntry("hibernate.cache.region.factory_class", "jcache");
        settings(unit(Map.of("hibernate.cache.use_second_level_cache", "false")))
                .doesNotContainKey(RedisSettings.URL);
    }

    @Test
    void otherProvidersAreLeftAlone() {
        PersistenceProvider other = mock(PersistenceProvider.class);
        runner.withBean("other", Unit.class, () -> new Unit(new HashMap<>()).by(other))
                .withPropertyValues("hibernate.cache.redis.url=redis://cache:6380")
                .run(context -> assertThat(context.getBean("&other", Unit.class).getJpaPropertyMap())
                        .isEmpty());
    }

    @Test
    void userAndPasswordJoinTheUrl() {
        settings(withUrl, "hibernate.cache.redis.username=me", "hibernate.cache.redis.password=a$b@c")
                .containsEntry(RedisSettings.URL, "redis://me:a%24b%40c@cache:6380");
    }

    @Test
    void withoutASslBundleOfThatNameTheStartFails() {
        withUrl.withPropertyValues("hibernate.cache.redis.ssl.bundle=none")
                .run(context ->
                        assertThat(context).getFailure().hasRootCauseInstanceOf(NoSuchSslBundleException.class));
    }

    @Test
    void bootsRedisConnectionIsTaken() {
        settings(
                        runner.withConfiguration(Generation.redis()),
                        "spring.data.redis.host=data",
                        "spring.data.redis.password=secret",
                        "spring.data.redis.database=3")
                .containsEntry(RedisSettings.URL, "redis://:secret@data:6379/3")
                .doesNotContainKey(RedisSettings.MODE);
        settings(
                        runner.withConfiguration(Generation.redis()),
                        "spring.data.redis.sentinel.master=main",
                        "spring.data.redis.sentinel.nodes=a:1,b:2",
                        "spring.data.redis.sentinel.password=watch")
                .containsEntry(RedisSettings.URL, "redis://a:1,redis://b:2")
                .containsEntry(RedisSettings.MODE, "sentinel")
                .containsEntry(RedisSettings.SENTINEL_MASTER, "main")
                .containsEntry(RedisSettings.SENTINEL_PASSWORD, "watch");
        settings(
                        runner.withConfiguration(Generation.redis()),
                        "spring.data.redis.cluster.nodes=a:1,b:2",
                        "spring.data.redis.ssl.enabled=true")
                .containsEntry(RedisSettings.URL, "rediss://a:1,rediss://b:2")
                .containsEntry(RedisSettings.MODE, "cluster")
                .hasEntrySatisfying(
                        RedisSettings.CLIENT_CUSTOMIZER,
                        customizer -> assertThat(customizer).isInstanceOf(ClientCustomizer.class));
    }

    @Test
    void aServiceConnectionWinsOverProperties() {
        ApplicationContextRunner container =
                Generation.serviceConnection(runner.withConfiguration(Generation.redis()), "container", 7001);
        settings(container, "spring.data.redis.host=data").containsEntry(RedisSettings.URL, "redis://container:7001");
    }

    @Test
    void itsPropertiesAreEnoughWithoutSpringDataRedis() {
        ApplicationContextRunner without = runner.withConfiguration(Generation.redis())
                .withClassLoader(new FilteredClassLoader(RedisOperations.class));
        settings(without, "spring.data.redis.host=data", "spring.data.redis.port=7000")
                .containsEntry(RedisSettings.URL, "redis://data:7000");
        settings(without, "spring.data.redis.url=redis://x:secret@data:7000")
                .containsEntry(RedisSettings.URL, "redis://x:secret@data:7000");
        settings(
                        without,
                        "spring.data.redis.sentinel.master=main",
                        "spring.data.redis.sentinel.nodes=a:1,b:2",
                        "spring.data.redis.ssl.enabled=true")
                .containsEntry(RedisSettings.URL, "rediss://a:1,rediss://b:2")
                .containsEntry(RedisSettings.MODE, "sentinel");
    }

    @Test
    void connectionDetailsOfTheCacheComeFirst() {
        HibernateRedisConnectionDetails details = () -> List.of("redis://container:1");
        settings(runner.withConfiguration(Generation.redis())
                        .withBean(HibernateRedisConnectionDetails.class, () -> details)
                        .withPropertyValues("spring.data.redis.host=data"))
                .containsEntry(RedisSettings.URL, "redis://container:1");
    }

    @Test
    void anEmbeddedDatabaseTakesTheRedisOfThisMachine() {
        JdbcDataSource embedded = new JdbcDataSource();
        embedded.setURL("jdbc:h2:mem:x");
        ApplicationContextRunner unit = new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(HibernateRedisAutoConfiguration.class, SslAutoConfiguration.class))
                .withBean(Unit.class, () -> new Unit(new HashMap<>()).of(embedded));
        settings(unit)
                .containsEntry("hibernate.cache.region.factory_class", "redis")
                .doesNotContainKey(RedisSettings.URL);
    }

    @Test
    void anotherDatabaseNeedsARedisThatIsNamed() {
        runner.run(context -> {
            Throwable failure = context.getStartupFailure();
            assertThat(failure).hasRootCauseInstanceOf(MissingRedisConnectionException.class);
            assertThat(new MissingRedisConnectionFailureAnalyzer()
                            .analyze(failure)
                            .getAction())
                    .contains("hibernate.cache.redis.url")
                    .contains("spring.data.redis.host");
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class QualifiedClient {

        static RedissonClient client = mock(RedissonClient.class);

        @Bean(destroyMethod = "shutdown")
        @Qualifier("hibernateCache")
        RedissonClient forTheCache() {
            client = mock(RedissonClient.class);
            return client;
        }

        @Bean
        @Primary
        RedissonClient forOtherThings() {
            return mock(RedissonClient.class);
        }
    }

    @Test
    void aQualifiedClientIsTakenAndStopsAfterTheCache() {
        withUrl.withUserConfiguration(QualifiedClient.class).run(context -> {
            assertThat(context.getBean(Unit.class).getJpaPropertyMap())
                    .containsEntry(RedisSettings.CLIENT, QualifiedClient.client)
                    .doesNotContainKey(RedisSettings.URL);
            assertThat(context.getBeanFactory().getDependentBeans("forTheCache"))
                    .contains("entityManagerFactory");
            verify(QualifiedClient.client, never()).shutdown();
        });
        verify(QualifiedClient.client).shutdown();
    }

    @Test
    void aClientBeanIsTakenByItsName() {
        runner.withUserConfiguration(QualifiedClient.class)
                .withPropertyValues("hibernate.cache.redis.client-bean=forOtherThings")
                .run(context -> assertThat(context.getBean(Unit.class).getJpaPropertyMap())
                        .containsEntry(RedisSettings.CLIENT, context.getBean("forOtherThings")));
    }

    @Test
    void aClientWithoutThatQualifierIsNot() {
        settings(withUrl.withBean(RedissonClient.class, () -> mock(RedissonClient.class)))
                .doesNotContainKey(RedisSettings.CLIENT);
    }

    @Test
    void listenersAreBeans() {
        CacheListener listener = new CacheListener() {};
        settings(withUrl.withBean(CacheListener.class, () -> listener))
                .containsEntry(RedisSettings.LISTENER, List.of(listener));
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoUnits {

        @Bean
        @Primary
        Unit entityManagerFactory() {
            return new Unit(new HashMap<>()).named("main").of(notEmbedded());
        }

        @Bean
        Unit reports() {
            return new Unit(new HashMap<>()).named("archive").of(notEmbedded());
        }
    }

    @Test
    void severalFactoriesAreKeptApart() {
        new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(HibernateRedisAutoConfiguration.class, SslAutoConfiguration.class))
                .withUserConfiguration(TwoUnits.class)
                .withPropertyValues("hibernate.cache.redis.url=redis://cache", "spring.application.name=shop")
                .run(context -> {
                    assertThat(prefix(context.getBean("&entityManagerFactory", Unit.class)))
                            .isEqualTo("shop");
                    assertThat(prefix(context.getBean("&reports", Unit.class))).isEqualTo("shop:archive");
                });
    }

    private static Object prefix(Unit unit) {
        return unit.getJpaPropertyMap().get(RedisSettings.KEY_PREFIX);
    }

    @Test
    void theNameOfTheApplicationIsMadeAKeyPrefix() {
        settings(withUrl, "spring.application.name=My {Shop}:").containsEntry(RedisSettings.KEY_PREFIX, "My-Shop-");
        settings(withUrl, "hibernate.cache.redis.key-prefix=own").containsEntry(RedisSettings.KEY_PREFIX, "own");
    }

    @Test
    void withoutANameThereIsAWarning(CapturedOutput output) {
        settings(withUrl, "spring.application.name=").containsEntry(RedisSettings.KEY_PREFIX, "hibernate");
        assertThat(output).contains("spring.application.name is set");
    }

    @Test
    void thePasswordIsNotShown() {
        withUrl.withPropertyValues("hibernate.cache.redis.password=secret")
                .run(context -> assertThat(context.getBean(HibernateRedisProperties.class))
                        .asString()
                        .doesNotContain("secret"));
    }
}
