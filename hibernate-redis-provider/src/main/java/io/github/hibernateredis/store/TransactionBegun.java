package io.github.hibernateredis.store;

import java.util.Map;

/**
 * What is in place of a {@link TransactionBegin}.
 *
 * @param held the stamp with which each lock is held that is in place: its end has to name it
 * @param tablesMarked whether the tables' marker is in place; true if there was none to set
 * @param failures what could not be confirmed
 */
public record TransactionBegun(Map<StoreKey, Stamp> held, boolean tablesMarked, WriteFailures failures) {}
