/** A product catalog with PostgreSQL and Redis, and a walkthrough of what happens when Redis goes away. */
@NullMarked
package io.github.hibernateredis.samples.boot;

import org.jspecify.annotations.NullMarked;
