/**
 * Requests entries from Redis together that the ORM is about to ask for one by one. The answers are kept while they are
 * as good as fresh ones: until the session runs a statement.
 */
@NullMarked
package io.github.hibernateredis.readahead;

import org.jspecify.annotations.NullMarked;
