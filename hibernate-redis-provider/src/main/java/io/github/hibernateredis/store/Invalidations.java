package io.github.hibernateredis.store;

/**
 * How many invalidations a segment of a region, or the table stamps, had counted when it said so. A near cache compares it with
 * those that it has heard of.
 *
 * @param segment the name of the segment
 * @param epoch its epoch: a new one starts the count again
 * @param count how many
 */
public record Invalidations(String segment, String epoch, long count) {}
