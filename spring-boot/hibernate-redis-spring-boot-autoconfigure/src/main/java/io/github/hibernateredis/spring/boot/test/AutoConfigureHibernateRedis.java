package io.github.hibernateredis.spring.boot.test;

import io.github.hibernateredis.spring.boot.HibernateRedisAutoConfiguration;
import io.github.hibernateredis.spring.boot.HibernateRedisTestAutoConfiguration;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * Switches the second-level cache on in a test slice, such as {@code @DataJpaTest}, and gives the test's context its
 * own key prefix. On other tests it only sets the key prefix.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration({HibernateRedisAutoConfiguration.class, HibernateRedisTestAutoConfiguration.class})
public @interface AutoConfigureHibernateRedis {}
