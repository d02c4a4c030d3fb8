/** The entities that the benchmarks read and write: all of them cached and READ_WRITE, whatever the provider's default. */
@NullMarked
package io.github.hibernateredis.benchmarks.domain;

import org.jspecify.annotations.NullMarked;
