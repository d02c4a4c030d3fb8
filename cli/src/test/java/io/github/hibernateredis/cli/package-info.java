@NullMarked
package io.github.hibernateredis.cli;

import org.jspecify.annotations.NullMarked;
