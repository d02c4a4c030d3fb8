/** The command line: shows the contents of the cache in Redis, evicts by the protocol, and checks the server. */
@NullMarked
package io.github.hibernateredis.cli;

import org.jspecify.annotations.NullMarked;
