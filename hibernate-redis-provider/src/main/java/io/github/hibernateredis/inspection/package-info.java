/** The results of a {@link io.github.hibernateredis.RedisCacheInspector}: plain records without dependencies. */
@NullMarked
package io.github.hibernateredis.inspection;

import org.jspecify.annotations.NullMarked;
