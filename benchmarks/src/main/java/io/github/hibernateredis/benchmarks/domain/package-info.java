/**
 * The entities that the benchmarks read and write: all of them cached and READ_WRITE, whatever the default of the
 * candidate.
 */
@NullMarked
package io.github.hibernateredis.benchmarks.domain;

import org.jspecify.annotations.NullMarked;
