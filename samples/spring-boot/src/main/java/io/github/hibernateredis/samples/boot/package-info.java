/** A product catalog with PostgreSQL and Redis, and a walkthrough of an outage of Redis. */
@NullMarked
package io.github.hibernateredis.samples.boot;

import org.jspecify.annotations.NullMarked;
