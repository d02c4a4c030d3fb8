/** The entities of the integration tests. */
package io.github.hibernateredis.integration.model;
