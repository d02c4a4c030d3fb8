/**
 * What the provider costs, beside what a user would pick instead and beside the limits of client and server. {@link
 * io.github.hibernateredis.benchmarks.Benchmarks} runs everything.
 */
@NullMarked
package io.github.hibernateredis.benchmarks;

import org.jspecify.annotations.NullMarked;
