package io.github.hibernateredis.access;

import org.hibernate.boot.spi.SessionFactoryOptions;
import org.hibernate.context.spi.CurrentTenantIdentifierResolver;
import org.hibernate.engine.spi.LoadQueryInfluencers;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.mapping.EntityMappingType;
import org.jspecify.annotations.Nullable;

/**
 * Whether the sessions of a factory may belong to tenants, and the effect on keys. If tenants have their own databases
 * or schemas, each row belongs to one tenant. If a {@code @TenantId} column distinguishes them, the rows of entities
 * without that column belong to all tenants.
 *
 * @param sessionFactory used only when needed, because it is not complete while its regions are created
 */
public record Tenants(SessionFactoryImplementor sessionFactory) {

    /** The filter that the ORM (6.6 to 8.0) defines if any entity has a {@code @TenantId}. */
    static final String FILTER = "_tenantId";

    private static final String PARAMETER = "tenantId";

    boolean exist() {
        SessionFactoryOptions options = options();
        return options.isMultiTenancyEnabled()
                || options.getCurrentTenantIdentifierResolver() != null
                || areSeparatedByColumn();
    }

    /**
     * Whether each row of the hierarchy belongs to one tenant.
     *
     * @param tenant any tenant
     */
    boolean own(EntityMappingType root, String tenant) {
        if (!areSeparatedByColumn() || options().isMultiTenancyEnabled()) {
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
     * Whether the session sees and writes the rows of all tenants: a session of the root tenant
     * ({@link CurrentTenantIdentifierResolver#isRoot}, {@code AbstractSharedSessionContract.setUpMultitenancy}, 6.6 to
     * 8.0), or one that has disabled the filter.
     */
    boolean areIgnoredBy(SharedSessionContractImplementor session) {
        if (options().isMultiTenancyEnabled()) {
            return false;
        }
        return areSeparatedByColumn()
                ? session.getLoadQueryInfluencers().getEnabledFilter(FILTER) == null
                : isRoot(options().getCurrentTenantIdentifierResolver(), session.getTenantIdentifierValue());
    }

    @SuppressWarnings("unchecked") // the application's resolver and its tenants have the same type
    private static boolean isRoot(@Nullable CurrentTenantIdentifierResolver<?> resolver, Object tenant) {
        return resolver != null && ((CurrentTenantIdentifierResolver<Object>) resolver).isRoot(tenant);
    }

    private boolean areSeparatedByColumn() {
        return sessionFactory.getDefinedFilterNames().contains(FILTER);
    }

    private SessionFactoryOptions options() {
        return sessionFactory.getSessionFactoryOptions();
    }
}
