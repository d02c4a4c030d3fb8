/**
 * Measures the cost of the provider, compared with its alternatives and with the limits of client and server.
 * {@link io.github.hibernateredis.benchmarks.Benchmarks} runs everything.
 */
@NullMarked
package io.github.hibernateredis.benchmarks;

import org.jspecify.annotations.NullMarked;
