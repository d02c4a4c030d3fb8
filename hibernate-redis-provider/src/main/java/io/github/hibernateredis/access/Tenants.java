package io.github.hibernateredis.access;

import org.hibernate.boot.spi.SessionFactoryOptions;
import org.hibernate.context.spi.CurrentTenantIdentifierResolver;
import org.hibernate.engine.spi.LoadQueryInfluencers;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.mapping.EntityMappingType;
import org.jspecify.annotations.Nullable;

/**
 * Whether the sessions of a factory may be those of tenants, and what that means for keys: where tenants have databases or
 * schemas of their own, each row is one tenant's; where a {@code @TenantId} column tells them apart, the rows of entities
 * without that column are everybody's.
 *
 * @param sessionFactory asked when it matters, since it is not complete yet when its regions are built
 */
public record Tenants(SessionFactoryImplementor sessionFactory) {

    /** The filter that the ORM (6.6 to 8.0) defines as soon as an entity has a {@code @TenantId}. */
    static final String FILTER = "_tenantId";

    private static final String PARAMETER = "tenantId";

    boolean exist() {
        SessionFactoryOptions options = options();
        return options.isMultiTenancyEnabled()
                || options.getCurrentTenantIdentifierResolver() != null
                || areToldByColumn();
    }

    /**
     * Whether each row of the hierarchy is one tenant's.
     *
     * @param tenant any of them
     */
    boolean own(EntityMappingType root, String tenant) {
        if (!areToldByColumn() || options().isMultiTenancyEnabled()) {
            return true;
        }
        LoadQueryInfluencers influencers = new LoadQueryInfluencers(sessionFactory);
        influencers
                .enableFilter(FILTER)
                .setParameter(
                        PARAMETER, sessionFactory.getTenantIdentifierJavaType().fromString(tenant));
        return isFiltered(root, influencers);
    }

    private static boolean isFiltered(EntityMappingType type, LoadQueryInfluencers influencers) {
        return type.isAffectedByEnabledFilters(influencers, false)
                || type.getSubMappingTypes().stream().anyMatch(subtype -> isFiltered(subtype, influencers));
    }

    /**
     * Whether the session sees and writes the rows of all tenants, as that of the root tenant does
     * ({@link CurrentTenantIdentifierResolver#isRoot}, {@code AbstractSharedSessionContract.setUpMultitenancy}, 6.6 to 8.0),
     * and one that has disabled the filter.
     */
    boolean areIgnoredBy(SharedSessionContractImplementor session) {
        if (options().isMultiTenancyEnabled()) {
            return false;
        }
        return areToldByColumn()
                ? session.getLoadQueryInfluencers().getEnabledFilter(FILTER) == null
                : isRoot(options().getCurrentTenantIdentifierResolver(), session.getTenantIdentifierValue());
    }

    @SuppressWarnings("unchecked") // the application's resolver and its tenants are of one type
    private static boolean isRoot(@Nullable CurrentTenantIdentifierResolver<?> resolver, Object tenant) {
        return resolver != null && ((CurrentTenantIdentifierResolver<Object>) resolver).isRoot(tenant);
    }

    private boolean areToldByColumn() {
        return sessionFactory.getDefinedFilterNames().contains(FILTER);
    }

    private SessionFactoryOptions options() {
        return sessionFactory.getSessionFactoryOptions();
    }
}
