/**
 * Asks Redis with one request for what the ORM is going to ask for one by one, and keeps the answers for as long as they are as
 * good as fresh ones: until the session runs a statement.
 */
@NullMarked
package io.github.hibernateredis.readahead;

import org.jspecify.annotations.NullMarked;
