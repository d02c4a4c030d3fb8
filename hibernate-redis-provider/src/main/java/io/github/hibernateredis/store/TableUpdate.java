package io.github.hibernateredis.store;

import java.util.Set;

/**
 * The update marker of a transaction that writes tables. While it is in place, no cached query result of these tables
 * is current.
 *
 * @param region the qualified name of the region of the table stamps
 * @param id one per transaction, in the form of a lock id
 * @param tables the tables
 */
public record TableUpdate(String region, String id, Set<String> tables) {}
