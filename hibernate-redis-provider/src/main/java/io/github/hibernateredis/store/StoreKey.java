package io.github.hibernateredis.store;

/**
 * One entry among those of all regions.
 *
 * @param region the qualified name of the region
 * @param key the entry's key in it
 */
public record StoreKey(String region, String key) {}
