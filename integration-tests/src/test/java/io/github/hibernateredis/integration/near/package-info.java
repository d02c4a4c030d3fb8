/** Near caches where messages are late or lost and JVMs stand still: how old what they find is. */
@NullMarked
package io.github.hibernateredis.integration.near;

import org.jspecify.annotations.NullMarked;
