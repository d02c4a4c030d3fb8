/**
 * The provider as an application sees it: whole session factories with a real database and a real Redis, with the
 * Hibernate version in {@code -Dhibernate.test.version=}. The module contains only tests, so that the same jar of the
 * provider runs with each version.
 */
@NullMarked
package io.github.hibernateredis.integration;

import org.jspecify.annotations.NullMarked;
