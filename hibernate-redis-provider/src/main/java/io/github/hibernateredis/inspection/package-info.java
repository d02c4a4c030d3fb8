/** What a {@link io.github.hibernateredis.RedisCacheInspector} tells: plain records, which know of nothing else. */
@NullMarked
package io.github.hibernateredis.inspection;

import org.jspecify.annotations.NullMarked;
