/**
 * Redis as the second-level cache of Spring Boot applications, from Boot 3.5 on.
 *
 * <p>{@link io.github.hibernateredis.spring.boot.HibernateRedisProperties} contains the starter's own properties. Types
 * whose names differ between Boot 3 and Boot 4 (health, Redis connection details) are used only in classes with the
 * generation in their names; their configurations apply only if the adapted class exists. All other classes use only
 * types that both generations have.
 */
@NullMarked
package io.github.hibernateredis.spring.boot;

import org.jspecify.annotations.NullMarked;
