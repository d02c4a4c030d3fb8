/** Rights in Redis, encrypted connections, and passwords that stay where they are. */
@NullMarked
package io.github.hibernateredis.integration.security;

import org.jspecify.annotations.NullMarked;
