package io.github.hibernateredis.codec;

import java.util.List;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.sql.results.jdbc.internal.CachedJdbcValuesMetadata;
import org.hibernate.sql.results.jdbc.spi.JdbcValuesMapping;
import org.hibernate.sql.results.jdbc.spi.JdbcValuesMappingProducer;
import org.hibernate.sql.results.jdbc.spi.JdbcValuesMetadata;
import org.hibernate.type.BasicType;
import org.hibernate.type.descriptor.java.JavaType;
import org.hibernate.type.spi.TypeConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * The cacheable query that a thread runs. The ORM passes to a region of query results only the query's text and
 * parameters, but not how the query uses its rows.
 */
final class RunningQuery {

    private static final ThreadLocal<@Nullable RunningQuery> CURRENT = new ThreadLocal<>();

    private final HibernateInternals orm = HibernateInternals.get();
    private final SharedSessionContractImplementor session;
    private final JdbcValuesMappingProducer mappings;

    RunningQuery(SharedSessionContractImplementor session, JdbcValuesMappingProducer mappings) {
        this.session = session;
        this.mappings = mappings;
    }

    /** Null if no query runs, or if the ORM has not reported it. */
    static @Nullable RunningQuery current() {
        return CURRENT.get();
    }

    /**
     * Replaces the current query and returns the previous one, because a query may run while another one reads its
     * rows.
     */
    static @Nullable RunningQuery exchange(@Nullable RunningQuery query) {
        RunningQuery before = CURRENT.get();
        if (query == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(query);
        }
        return before;
    }

    SharedSessionContractImplementor session() {
        return session;
    }

    /** Whether this query can read all results, which begin with metadata, if any, and end with their number. */
    boolean canRead(List<?> results) {
        if (results.isEmpty()) {
            return true;
        }
        try {
            int first = results.get(0) instanceof CachedJdbcValuesMetadata ? 1 : 0;
            RowShape shape = shape(first == 1 ? (CachedJdbcValuesMetadata) results.get(0) : null);
            for (Object row : results.subList(first, results.size() - 1)) {
                if (!shape.admits(row)) {
                    return false;
                }
            }
            return true;
        } catch (RuntimeException e) {
            return false; // the metadata does not match the query
        }
    }

    /** Whether the ORM would misread one of its own rows. */
    boolean isUnreadable(List<?> results) {
        if (results.size() < 2) {
            return false;
        }
        CachedJdbcValuesMetadata metadata =
                results.get(0) instanceof CachedJdbcValuesMetadata described ? described : null;
        RowShape shape = shape(metadata);
        return results.stream().anyMatch(shape::isUnreadable);
    }

    private RowShape shape(@Nullable CachedJdbcValuesMetadata metadata) {
        JdbcValuesMapping mapping = mappings.resolve(
                metadata == null ? NoMetadata.INSTANCE : metadata,
                session.getLoadQueryInfluencers(),
                session.getFactory());
        if (metadata == null || !orm.describesPositions()) {
            return new RowShape(mapping, mapping.getValueIndexesToCacheIndexes());
        }
        int[] positions = orm.metadata(metadata).indexes();
        if (positions == null) {
            throw new IllegalArgumentException("No positions");
        }
        int columns = orm.metadata(metadata).types().length;
        mapping.getSqlSelections().forEach(selection -> {
            if (selection.getValuesArrayPosition() >= columns) {
                throw new IllegalArgumentException("No such column");
            }
        });
        return new RowShape(mapping, positions);
    }

    /** For a result without metadata: a query that needs metadata did not store this result. */
    private enum NoMetadata implements JdbcValuesMetadata {
        INSTANCE;

        @Override
        public int getColumnCount() {
            throw new IllegalStateException();
        }

        @Override
        public int resolveColumnPosition(String columnName) {
            throw new IllegalStateException();
        }

        @Override
        public String resolveColumnName(int position) {
            throw new IllegalStateException();
        }

        @Override
        public <J> BasicType<J> resolveType(int position, JavaType<J> javaType, TypeConfiguration configuration) {
            throw new IllegalStateException();
        }
    }
}
