/**
 * The provider as an application sees it: whole session factories on a real database and a real Redis, of the Hibernate
 * version that {@code -Dhibernate.test.version=} names. The module has no code besides its tests, so that one and the
 * same jar of the provider is run with each version.
 */
@NullMarked
package io.github.hibernateredis.integration;

import org.jspecify.annotations.NullMarked;
