package io.github.hibernateredis.codec;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.hibernate.cache.spi.QueryKey;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.jspecify.annotations.Nullable;

/**
 * Canonical names of query keys: a hash over the SQL, the limits, the names of the enabled filters and all bound
 * values, including the tenant and the filters' parameters. Each value is written with a mark of its type and its
 * length, so that different keys never produce the same hash input. Thread safe.
 *
 * <p>The ORM's own hash code cannot be used: that of an enum constant differs from JVM to JVM.
 */
public final class QueryKeys {

    private static final int NULL = 0;
    private static final int ARRAY = 1;
    private static final int LIST = 2;
    private static final int SET = 3;
    private static final int ENUM = 4;
    private static final int CLASS = 5;
    private static final int BOUND = 6;

    private final HibernateInternals orm = HibernateInternals.get();
    private final Consumer<String> warnings;
    private final Set<String> logged = ConcurrentHashMap.newKeySet();
    private final Map<SessionFactoryImplementor, ParameterTypes> types = new ConcurrentHashMap<>();

    /**
     * @param warnings receives, once per class, which class of parameter values prevents caching
     * @throws org.hibernate.HibernateException if the ORM's internals are unknown
     */
    public QueryKeys(Consumer<String> warnings) {
        this.warnings = warnings;
    }

    /**
     * Returns a hash over all parts of a query key, the same on every JVM.
     *
     * @return 22 characters of base64url; null if a parameter's value has no canonical form, so that the query must not
     *     be cached
     */
    public @Nullable String name(QueryKey key) {
        HibernateInternals.QueryKeyParts parts = orm.queryKey(key);
        if (parts == null) {
            refuse(
                    "bindings",
                    "Queries are not cached: this version of Hibernate binds their parameters in an unknown way");
            return null;
        }
        WireOutput out = new WireOutput();
        out.writeString(parts.sql());
        write(out, parts.firstRow());
        write(out, parts.maxRows());
        String[] filters = parts.filterNames().clone();
        Arrays.sort(filters);
        out.writeVarInt(filters.length, true);
        for (String filter : filters) {
            out.writeString(filter);
        }
        try {
            return write(out, parts.bindings()) ? KeyText.hash(out.toBytes()) : null;
        } catch (UncacheableValueException e) {
            refuse(e.getMessage(), "Queries with such a parameter are not cached: " + e.getMessage());
            return null;
        }
    }

    private boolean write(WireOutput out, @Nullable Object value) {
        if (value == null) {
            out.writeByte(NULL);
            return true;
        }
        Class<?> type = value.getClass();
        Scalar<?> scalar = Scalar.of(type);
        if (scalar != null) {
            out.writeByte(scalar.tag());
            scalar.write(out, value);
            return true;
        } else if (type == Object[].class
                || type == Serializable[].class
                || type.isArray() && Scalar.of(type.getComponentType()) != null) {
            return writeAll(out, ARRAY, Arrays.asList((Object[]) value));
        } else if (value instanceof List<?> list) {
            return writeAll(out, LIST, list);
        } else if (value instanceof Set<?> set) {
            return writeSet(out, set);
        } else if (value instanceof Enum<?> constant) {
            out.writeByte(ENUM);
            out.writeString(constant.getDeclaringClass().getName());
            out.writeString(constant.name());
            return true;
        } else if (value instanceof Class<?> named) {
            out.writeByte(CLASS);
            out.writeString(named.getName());
            return true;
        }
        Object bound = bound(value);
        if (bound != null && Scalar.of(bound.getClass()) != null) {
            out.writeByte(BOUND);
            out.writeString(type.getName());
            return write(out, bound);
        }
        refuse(
                type.getName(),
                "Queries with a parameter of " + type.getName()
                        + " are not cached: such values have no canonical form");
        return false;
    }

    private @Nullable Object bound(Object value) {
        RunningQuery running = RunningQuery.current();
        return running == null
                ? null
                : types.computeIfAbsent(running.session().getFactory(), ParameterTypes::new)
                        .bound(value);
    }

    private boolean writeAll(WireOutput out, int tag, Collection<?> values) {
        out.writeByte(tag);
        out.writeVarInt(values.size(), true);
        for (Object value : values) {
            if (!write(out, value)) {
                return false;
            }
        }
        return true;
    }

    /** In the order of the encoded elements, because a set's own order may differ from JVM to JVM. */
    private boolean writeSet(WireOutput out, Set<?> values) {
        TreeSet<byte[]> sorted = new TreeSet<>(Arrays::compare);
        for (Object value : values) {
            WireOutput element = new WireOutput();
            if (!write(element, value)) {
                return false;
            }
            sorted.add(element.toBytes());
        }
        out.writeByte(SET);
        out.writeVarInt(sorted.size(), true);
        sorted.forEach(out::writeBytes);
        return true;
    }

    private void refuse(String cause, String warning) {
        if (logged.add(cause)) {
            warnings.accept(warning + " (logged once)");
        }
    }
}
