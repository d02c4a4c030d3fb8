package io.github.hibernateredis.store;

/**
 * The number of invalidations that a segment of a region, or the table stamps, had counted at the time of a reply. A
 * near cache compares it with the number of invalidations that it has received.
 *
 * @param segment the name of the segment
 * @param epoch its epoch; each epoch starts the count again
 * @param count the number
 */
public record Invalidations(String segment, String epoch, long count) {}
