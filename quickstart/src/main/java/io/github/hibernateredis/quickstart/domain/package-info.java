/**
 * The catalogue: categories, products with their reviews, and orders of several lines.
 *
 * <p>These are the classes of any application. What they say of the cache is an annotation each:
 *
 * <ul>
 *   <li>{@code @Cacheable} on an entity caches it read-write, which is right for nearly all;
 *   <li>{@code @Cache} on a collection caches which elements it has; a collection is not cached without;
 *   <li>{@code @NaturalIdCache} caches which id belongs to a natural id;
 *   <li>{@code @RedisCacheRegion} is the provider's own, for what differs from region to region, as the TTL does.
 * </ul>
 */
@NullMarked
package io.github.hibernateredis.quickstart.domain;

import org.jspecify.annotations.NullMarked;
