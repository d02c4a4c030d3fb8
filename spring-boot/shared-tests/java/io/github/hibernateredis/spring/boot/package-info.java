/** Tests the starter on each generation of Boot. */
@NullMarked
package io.github.hibernateredis.spring.boot;

import org.jspecify.annotations.NullMarked;
