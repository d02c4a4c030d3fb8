/**
 * The catalogue: categories, products with their reviews, and orders with several lines.
 *
 * <p>These are ordinary entity classes. Annotations configure the cache:
 *
 * <ul>
 * <li>{@code @Cacheable} on an entity caches it read-write, which suits nearly all entities;
 * <li>{@code @Cache} on a collection caches the ids of its elements; without it a collection is not cached;
 * <li>{@code @NaturalIdCache} caches the id for a natural id;
 * <li>{@code @RedisCacheRegion} is the provider's own annotation for values that differ between regions, such as the
 * TTL.
 * </ul>
 */
@NullMarked
package io.github.hibernateredis.quickstart.domain;

import org.jspecify.annotations.NullMarked;
