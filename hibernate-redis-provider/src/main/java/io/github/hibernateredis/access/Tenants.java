package io.github.hibernateredis.access;

import org.hibernate.boot.spi.SessionFactoryOptions;
import org.hibernate.engine.spi.SessionFactoryImplementor;

/**
 * Whether the sessions of a factory may be those of tenants.
 *
 * @param sessionFactory asked when it matters, since it is not complete yet when its regions are built
 */
public record Tenants(SessionFactoryImplementor sessionFactory) {

    /** The filter that the ORM (6.6 to 8.0) defines as soon as an entity has a {@code @TenantId}. */
    private static final String FILTER = "_tenantId";

    boolean exist() {
        SessionFactoryOptions options = sessionFactory.getSessionFactoryOptions();
        return options.isMultiTenancyEnabled()
                || options.getCurrentTenantIdentifierResolver() != null
                || sessionFactory.getDefinedFilterNames().contains(FILTER);
    }
}
