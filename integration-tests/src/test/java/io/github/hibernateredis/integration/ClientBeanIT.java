package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hibernateredis.RedisSettings;
import io.github.hibernateredis.integration.model.Product;
import io.github.hibernateredis.integration.model.Review;
import io.github.hibernateredis.testing.SharedRedis;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.literal.NamedLiteral;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.hibernate.cache.CacheException;
import org.hibernate.cfg.AvailableSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.orm.jpa.hibernate.SpringBeanContainer;

/**
 * The client is a bean of a container: the bean must have the configured name, one instance is used, and the provider
 * never closes it.
 */
class ClientBeanIT {

    private static final List<RedissonClient> MADE = new CopyOnWriteArrayList<>();

    private static RedissonClient make() {
        Config config = new Config();
        config.useSingleServer()
                .setAddress(SharedRedis.url())
                .setRetryAttempts(0)
                .setTimeout(3000)
                .setConnectionMinimumIdleSize(1);
        RedissonClient client = Redisson.create(config);
        MADE.add(client);
        return client;
    }

    /** Producers of clients in several scopes. Only the container ends them. */
    static class Clients {

        @Produces
        @ApplicationScoped
        @Named("application")
        RedissonClient ofTheApplication() {
            return make();
        }

        @Produces
        @Singleton
        @Named("singleton")
        RedissonClient single() {
            return make();
        }

        @Produces
        @Dependent
        @Named("dependent")
        RedissonClient dependent() {
            return make();
        }

        void end(@Disposes @Named("application") RedissonClient client) {
            client.shutdown();
        }

        void endSingle(@Disposes @Named("singleton") RedissonClient client) {
            client.shutdown();
        }

        void endDependent(@Disposes @Named("dependent") RedissonClient client) {
            client.shutdown();
        }
    }

    @BeforeEach
    @AfterEach
    void endClients() {
        MADE.forEach(RedissonClient::shutdown);
        MADE.clear();
    }

    private static Application.Builder products(String name, String bean) {
        return Application.on("client-bean-" + name, Product.class, Review.class)
                .unset(RedisSettings.URL)
                .set(RedisSettings.CLIENT, bean);
    }

    private static void assertCaches(Application node) {
        node.transact(session -> session.persist(new Product(1, "A-1", "first")));
        assertThat(node.isCached(() -> node.find(Product.class, 1L))).isTrue();
    }

    private static GenericApplicationContext spring(String... names) {
        GenericApplicationContext context = new GenericApplicationContext();
        for (String name : names) {
            context.registerBean(name, RedissonClient.class, ClientBeanIT::make);
        }
        context.registerBean("text", String.class, () -> "no client");
        context.refresh();
        return context;
    }

    private static Application.Builder inSpring(String name, String bean, GenericApplicationContext context) {
        return products(name, bean)
                .set(AvailableSettings.BEAN_CONTAINER, new SpringBeanContainer(context.getBeanFactory()));
    }

    @Test
    void aBeanOfSpringIsUsedAndNotClosed() {
        try (GenericApplicationContext context = spring("cache", "other")) {
            try (Application node = inSpring("spring", "cache", context).start()) {
                assertCaches(node);
                assertThat(context.getBean("cache", RedissonClient.class)
                                .getKeys()
                                .countExists(node.keyPrefix() + ":{" + Product.class.getName() + "}:data"))
                        .isEqualTo(1);
            }
            assertThat(MADE).hasSize(2).noneMatch(RedissonClient::isShutdown);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cash", "text"})
    void aWrongNameInSpringStopsTheStart(String name) {
        try (GenericApplicationContext context = spring("cache")) {
            assertThatThrownBy(() -> inSpring("spring-wrong", name, context).start())
                    .isInstanceOf(CacheException.class)
                    .hasMessageContaining(RedisSettings.CLIENT + " = " + name)
                    .hasMessageContaining("of that name");
            assertThat(MADE).singleElement().matches(client -> !client.isShutdown());
        }
    }

    private static SeContainer weld() {
        return SeContainerInitializer.newInstance()
                .disableDiscovery()
                .addBeanClasses(Clients.class)
                .initialize();
    }

    private static Application.Builder inWeld(String name, String bean, SeContainer container) {
        return products(name, bean).set(AvailableSettings.JAKARTA_CDI_BEAN_MANAGER, container.getBeanManager());
    }

    @ParameterizedTest
    @ValueSource(strings = {"application", "singleton"})
    void aBeanOfCdiIsUsedAndNotClosed(String bean) {
        try (SeContainer container = weld()) {
            RedissonClient client = container
                    .select(RedissonClient.class, NamedLiteral.of(bean))
                    .get();
            assertThat(client.isShutdown()).isFalse();
            for (int i = 0; i < 2; i++) {
                try (Application node =
                        inWeld("cdi-" + bean + i, bean, container).start()) {
                    assertCaches(node);
                }
                assertThat(MADE).hasSize(1).noneMatch(RedissonClient::isShutdown);
                assertThat(client.isShutdown()).isFalse();
            }
        }
        assertThat(MADE).hasSize(1).allMatch(RedissonClient::isShutdown); // by the container
    }

    @Test
    void aDependentBeanIsOneInstanceForEachFactoryAndNotClosedEither() {
        try (SeContainer container = weld()) {
            try (Application node =
                    inWeld("cdi-dependent", "dependent", container).start()) {
                assertCaches(node);
            }
            assertThat(MADE).hasSize(1).noneMatch(RedissonClient::isShutdown);
        }
    }

    @Test
    void aWrongNameInCdiStopsTheStart() {
        try (SeContainer container = weld()) {
            assertThatThrownBy(
                            () -> inWeld("cdi-wrong", "aplication", container).start())
                    .isInstanceOf(CacheException.class)
                    .hasMessageContaining(RedisSettings.CLIENT + " = aplication")
                    .hasMessageContaining("of that name");
            assertThat(MADE).isEmpty();
        }
    }
}
