/**
 * Redis as the second-level cache of Spring Boot applications, from Boot 3.5 on.
 *
 * <p>What is configured is in {@link io.github.hibernateredis.spring.boot.HibernateRedisProperties}. Whose types have other
 * names in Boot 3 and Boot 4 (health, Redis connection details) is in classes whose names say the generation; their
 * configurations ask for the class that they adapt. All others use what is the same in both.
 */
@NullMarked
package io.github.hibernateredis.spring.boot;

import org.jspecify.annotations.NullMarked;
