/** Permissions in Redis, encrypted connections, and passwords that never appear in logs or exceptions. */
@NullMarked
package io.github.hibernateredis.integration.security;

import org.jspecify.annotations.NullMarked;
