package io.github.hibernateredis.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.CacheStatus;
import io.github.hibernateredis.RedisRegionFactory;
import io.github.hibernateredis.spring.boot.app.Book;
import io.github.hibernateredis.spring.boot.test.AutoConfigureHibernateRedis;
import jakarta.persistence.EntityManagerFactory;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.ContextConfiguration;

/** Test slices have no cache unless they request it. */
final class SliceTest {

    @Configuration
    @AutoConfigurationPackage(basePackageClasses = Book.class)
    static class Application {}

    @Nested
    @DataJpaTest
    @ContextConfiguration(classes = Application.class)
    class ByDefault {

        @Test
        void thereIsNoCache(@Autowired EntityManagerFactory factory) {
            assertThat(RedisRegionFactory.of(factory)).isEmpty();
        }
    }

    @Nested
    @DataJpaTest
    @AutoConfigureHibernateRedis
    @ContextConfiguration(classes = Application.class)
    class OnRequest {

        @Test
        void thereIsOneOfItsOwn(@Autowired EntityManagerFactory factory) {
            assertThat(CacheStatus.of(factory).keyPrefix()).startsWith("test-");
        }
    }
}
