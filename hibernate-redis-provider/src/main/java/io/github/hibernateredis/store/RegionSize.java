package io.github.hibernateredis.store;

/**
 * What a region holds on the shared side.
 *
 * @param items the number of items, expired ones that have not been reclaimed included
 * @param bytes the memory that the server reports for them
 */
public record RegionSize(long items, long bytes) {}
