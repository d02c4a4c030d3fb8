package io.github.hibernateredis.store;

import java.util.Set;

/**
 * The marker of a transaction that writes tables: while it is in place, no cached query result of those tables is current.
 *
 * @param region the qualified name of the region of the table stamps
 * @param id one per transaction, of the form of a lock id
 * @param tables the tables
 */
public record TableUpdate(String region, String id, Set<String> tables) {}
