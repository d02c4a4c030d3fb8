package io.github.hibernateredis.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.CacheStatus;
import io.github.hibernateredis.RedisRegionFactory;
import io.github.hibernateredis.spring.boot.app.BookShop;
import io.github.hibernateredis.spring.boot.test.AutoConfigureHibernateRedis;
import jakarta.persistence.EntityManagerFactory;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;
import org.springframework.test.context.ContextConfiguration;

/** Slices of tests have no cache unless they ask for it. */
final class SliceTest {

    @Nested
    @DataJpaTest
    @ContextConfiguration(classes = BookShop.class)
    class ByDefault {

        @Test
        void thereIsNoCache(@Autowired EntityManagerFactory factory) {
            assertThat(RedisRegionFactory.of(factory)).isEmpty();
        }
    }

    @Nested
    @DataJpaTest
    @AutoConfigureHibernateRedis
    @ContextConfiguration(classes = BookShop.class)
    class OnRequest {

        @Test
        void thereIsOneOfItsOwn(@Autowired EntityManagerFactory factory) {
            assertThat(CacheStatus.of(factory).keyPrefix()).startsWith("test-");
        }
    }
}
