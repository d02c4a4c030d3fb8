package io.github.hibernateredis.store;

/**
 * The key of one entry with its region.
 *
 * @param region the qualified name of the region
 * @param key the entry's key in the region
 */
public record StoreKey(String region, String key) {}
