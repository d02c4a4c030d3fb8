package io.github.hibernateredis.store;

/**
 * The size of a region in Redis.
 *
 * @param items the number of entries, including expired ones that have not been reclaimed
 * @param bytes their memory, as the server reports it
 */
public record RegionSize(long items, long bytes) {}
