package io.github.hibernateredis.store;

import java.util.Map;

/**
 * The parts of a {@link TransactionBegin} that are in place.
 *
 * @param held the stamp of each lock that is in place: the end of the lock must contain it
 * @param tablesMarked whether the update marker is in place; true if there was none to set
 * @param failures what was not confirmed
 */
public record TransactionBegun(Map<StoreKey, Stamp> held, boolean tablesMarked, WriteFailures failures) {}
