package io.github.hibernateredis.inspection;

import java.time.Duration;

/**
 * A holder of a soft lock: a transaction that is writing the entry, or was writing it when its instance died.
 *
 * @param id its id
 * @param remaining the time until its lease ends; zero or negative if it has ended
 * @param conflicted whether it must not store its value, because another transaction writes the same entry
 * @since 0.1.0
 */
public record LockDetails(String id, Duration remaining, boolean conflicted) {}
