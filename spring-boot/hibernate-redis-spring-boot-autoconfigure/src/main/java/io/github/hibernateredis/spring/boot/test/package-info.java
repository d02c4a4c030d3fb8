/** The cache in tests of Spring Boot applications. */
@NullMarked
package io.github.hibernateredis.spring.boot.test;

import org.jspecify.annotations.NullMarked;
