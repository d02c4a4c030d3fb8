/** An application as users write them. */
@NullMarked
package io.github.hibernateredis.spring.boot.app;

import org.jspecify.annotations.NullMarked;
