/** The command line: shows what the cache holds in Redis, evicts by the protocol, and checks the server. */
@NullMarked
package io.github.hibernateredis.cli;

import org.jspecify.annotations.NullMarked;
