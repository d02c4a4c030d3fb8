/**
 * Races between instances, one by one: a transaction stops at an exact point, other sessions do something harmful at
 * that moment, and it continues. No sleeps: every wait has a condition.
 */
@NullMarked
package io.github.hibernateredis.integration.races;

import org.jspecify.annotations.NullMarked;
