package io.github.hibernateredis.inspection;

import java.time.Duration;

/**
 * A holder of a soft lock: a transaction that writes the entry, or did until its instance died.
 *
 * @param id its id
 * @param remaining until it counts as gone; zero or less if it does already
 * @param contested whether it may store no value, since another transaction writes the same entry
 * @since 0.1.0
 */
public record LockDetails(String id, Duration remaining, boolean contested) {}
