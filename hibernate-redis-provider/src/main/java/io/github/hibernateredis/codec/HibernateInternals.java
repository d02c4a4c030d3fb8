package io.github.hibernateredis.codec;

import java.io.Serializable;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hibernate.HibernateException;
import org.hibernate.Version;
import org.hibernate.cache.internal.QueryResultsCacheImpl;
import org.hibernate.cache.spi.QueryKey;
import org.hibernate.cache.spi.entry.CollectionCacheEntry;
import org.hibernate.cache.spi.entry.StandardCacheEntryImpl;
import org.hibernate.query.internal.QueryParameterBindingsImpl;
import org.hibernate.sql.exec.spi.JdbcSelectExecutor;
import org.hibernate.sql.results.graph.DomainResult;
import org.hibernate.sql.results.graph.DomainResultGraphNode;
import org.hibernate.sql.results.graph.instantiation.internal.ArgumentDomainResult;
import org.hibernate.sql.results.graph.instantiation.internal.DynamicInstantiationResultImpl;
import org.hibernate.sql.results.jdbc.internal.CachedJdbcValuesMetadata;
import org.hibernate.sql.results.jdbc.spi.JdbcValuesMappingProducer;
import org.hibernate.type.AnyType;
import org.hibernate.type.BasicType;
import org.hibernate.type.descriptor.java.JavaType;
import org.hibernate.type.descriptor.jdbc.JdbcType;
import org.hibernate.type.spi.TypeConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * The non-public parts of the ORM that an external cache needs: constructors of cache entries, and the fields of query
 * keys, query results and their metadata. Resolved once. If a version of the ORM lacks one of them, the start fails
 * with a message that names it.
 *
 * <p>Differences between versions: the item of query results is a public static class in 6.6, package-private in 7.0,
 * and a private record from 7.2 on, with a boxed timestamp before that. Its metadata has a third part since 7.4. The
 * method for the recommended Java type of a JDBC type has had two names.
 */
final class HibernateInternals {

    private static volatile @Nullable HibernateInternals instance;

    private final MethodHandle newEntityEntry;
    private final MethodHandle newCollectionEntry;
    private final MethodHandle newAnyReference;
    private final MethodHandle anyEntityName;
    private final MethodHandle anyId;
    private final Class<?> cacheItemClass;
    private final MethodHandle newCacheItem;
    private final MethodHandle itemTimestamp;
    private final MethodHandle itemResults;
    private final MethodHandle newMetadata;
    private final MethodHandle metadataNames;
    private final MethodHandle metadataTypes;
    private final @Nullable MethodHandle metadataIndexes;
    private final MethodHandle querySql;
    private final MethodHandle queryBindings;
    private final MethodHandle queryFirstRow;
    private final MethodHandle queryMaxRows;
    private final MethodHandle queryFilters;
    private final Class<?> bindingsClass;
    private final MethodHandle bindingsValues;
    private final MethodHandle recommendedJavaType;
    private final MethodHandle mappings;
    private final MethodHandle instantiationArguments;
    private final MethodHandle argumentResult;

    /** The parts of a query key. */
    record QueryKeyParts(
            String sql,
            Object[] bindings,
            @Nullable Integer firstRow,
            @Nullable Integer maxRows,
            String[] filterNames) {}

    /**
     * The columns of a result.
     *
     * @param indexes the position of each value in a row, null before 7.4
     */
    record Metadata(String[] columnNames, BasicType<?>[] types, int @Nullable [] indexes) {}

    /** @throws HibernateException if the ORM on the class path lacks a required part */
    static HibernateInternals get() {
        HibernateInternals resolved = instance;
        if (resolved == null) {
            try {
                resolved = new HibernateInternals();
            } catch (ReflectiveOperationException | RuntimeException e) {
                throw new HibernateException(
                        "Hibernate ORM " + Version.getVersionString()
                                + " is not one that this cache provider can work with (6.6 to 8.0): " + e,
                        e);
            }
            instance = resolved;
        }
        return resolved;
    }

    private HibernateInternals() throws ReflectiveOperationException {
        newEntityEntry = constructor(StandardCacheEntryImpl.class, Serializable[].class, String.class, Object.class)
                .asType(MethodType.methodType(Object.class, Serializable[].class, String.class, Object.class));
        newCollectionEntry = constructor(CollectionCacheEntry.class, Serializable.class)
                .asType(MethodType.methodType(Object.class, Serializable.class));

        Class<?> any = AnyType.ObjectTypeCacheEntry.class;
        newAnyReference = constructor(any, String.class, Object.class)
                .asType(MethodType.methodType(Object.class, String.class, Object.class));
        anyEntityName = getter(any, "entityName", String.class);
        anyId = getter(any, "id", Object.class);

        cacheItemClass = nested(QueryResultsCacheImpl.class, "CacheItem");
        newCacheItem = constructor(cacheItemClass, long.class, List.class)
                .asType(MethodType.methodType(Object.class, long.class, List.class));
        itemTimestamp = getter(cacheItemClass, "timestamp", long.class);
        itemResults = getter(cacheItemClass, "results", List.class);

        Class<?> metadata = CachedJdbcValuesMetadata.class;
        metadataNames = getter(metadata, "columnNames", String[].class);
        metadataTypes = getter(metadata, "types", BasicType[].class);
        boolean indexed = Arrays.stream(metadata.getDeclaredFields())
                .anyMatch(field -> field.getName().equals("valueIndexesToCacheIndexes"));
        if (indexed) {
            metadataIndexes = getter(metadata, "valueIndexesToCacheIndexes", int[].class);
            newMetadata = constructor(metadata, String[].class, BasicType[].class, int[].class)
                    .asType(MethodType.methodType(Object.class, String[].class, BasicType[].class, int[].class));
        } else {
            metadataIndexes = null;
            newMetadata = MethodHandles.dropArguments(
                    constructor(metadata, String[].class, BasicType[].class)
                            .asType(MethodType.methodType(Object.class, String[].class, BasicType[].class)),
                    2,
                    int[].class);
        }

        querySql = getter(QueryKey.class, "sqlQueryString", String.class);
        queryBindings = getter(QueryKey.class, "parameterBindingsMemento", Object.class);
        queryFirstRow = getter(QueryKey.class, "firstRow", Integer.class);
        queryMaxRows = getter(QueryKey.class, "maxRows", Integer.class);
        queryFilters = getter(QueryKey.class, "enabledFilterNames", String[].class);
        bindingsClass = nested(QueryParameterBindingsImpl.class, "ParameterBindingsMementoImpl");
        bindingsValues = getter(bindingsClass, "values", Object[].class);
        recommendedJavaType = method(
                JdbcType.class,
                List.of("getRecommendedJavaType", "getJdbcRecommendedJavaTypeMapping"),
                Integer.class,
                Integer.class,
                TypeConfiguration.class);

        Class<?> jdbcSelect = Arrays.stream(JdbcSelectExecutor.class.getMethods())
                .filter(candidate -> candidate.getName().equals("executeQuery"))
                .findFirst()
                .orElseThrow(() -> new NoSuchMethodException("executeQuery"))
                .getParameterTypes()[0];
        mappings = method(jdbcSelect, List.of("getJdbcValuesMappingProducer"))
                .asType(MethodType.methodType(JdbcValuesMappingProducer.class, Object.class));
        instantiationArguments = getter(DynamicInstantiationResultImpl.class, "argumentResults", List.class);
        argumentResult = getter(ArgumentDomainResult.class, "realDomainResult", DomainResult.class);
    }

    private static Class<?> nested(Class<?> outer, String name) throws NoSuchFieldException {
        return Arrays.stream(outer.getDeclaredClasses())
                .filter(c -> c.getSimpleName().equals(name))
                .findFirst()
                .orElseThrow(() -> new NoSuchFieldException(outer.getName() + "$" + name));
    }

    private static MethodHandle constructor(Class<?> type, Class<?>... parameters) throws ReflectiveOperationException {
        Constructor<?> constructor = type.getDeclaredConstructor(parameters);
        constructor.setAccessible(true);
        return MethodHandles.lookup().unreflectConstructor(constructor);
    }

    private static MethodHandle getter(Class<?> type, String field, Class<?> result)
            throws ReflectiveOperationException {
        Field declared = type.getDeclaredField(field);
        declared.setAccessible(true);
        return MethodHandles.lookup().unreflectGetter(declared).asType(MethodType.methodType(result, Object.class));
    }

    /** @param names alternative names, one of which each version has */
    private static MethodHandle method(Class<?> type, List<String> names, Class<?>... parameters)
            throws ReflectiveOperationException {
        for (Method method : type.getMethods()) {
            if (names.contains(method.getName()) && Arrays.equals(method.getParameterTypes(), parameters)) {
                return MethodHandles.lookup().unreflect(method);
            }
        }
        throw new NoSuchMethodException(type.getName() + "." + names);
    }

    @FunctionalInterface
    private interface Call<T> {
        T invoke() throws Throwable;
    }

    /** No part that is called here declares a checked exception. */
    private static <T> T call(Call<T> call) {
        try {
            return call.invoke();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    Object newEntityEntry(Serializable[] state, String subclass, @Nullable Object version) {
        return call(() -> (Object) newEntityEntry.invokeExact(state, subclass, version));
    }

    Object newCollectionEntry(Serializable[] state) {
        return call(() -> (Object) newCollectionEntry.invokeExact((Serializable) state));
    }

    Object newAnyReference(String entityName, @Nullable Object id) {
        return call(() -> (Object) newAnyReference.invokeExact(entityName, id));
    }

    String anyEntityName(Object reference) {
        return call(() -> (String) anyEntityName.invokeExact(reference));
    }

    @Nullable
    Object anyId(Object reference) {
        return call(() -> (Object) anyId.invokeExact(reference));
    }

    Object newCacheItem(long timestamp, List<?> results) {
        return call(() -> (Object) newCacheItem.invokeExact(timestamp, (List<?>) results));
    }

    long timestamp(Object cacheItem) {
        return call(() -> (long) itemTimestamp.invokeExact(requireItem(cacheItem)));
    }

    List<?> results(Object cacheItem) {
        return call(() -> (List<?>) itemResults.invokeExact(requireItem(cacheItem)));
    }

    private Object requireItem(Object cacheItem) {
        if (!cacheItemClass.isInstance(cacheItem)) {
            throw new IllegalArgumentException(
                    "Not an item of query results: " + cacheItem.getClass().getName());
        }
        return cacheItem;
    }

    /** The Java type as which the ORM reads a column with only a known JDBC type. */
    @Nullable
    JavaType<?> recommendedJavaType(JdbcType type, TypeConfiguration configuration) {
        return call(
                () -> (JavaType<?>) recommendedJavaType.invoke(type, (Integer) null, (Integer) null, configuration));
    }

    /** The producer of values from the rows of a query. */
    JdbcValuesMappingProducer mappings(Object jdbcSelect) {
        return call(() -> (JdbcValuesMappingProducer) mappings.invokeExact(jdbcSelect));
    }

    /** The arguments of the constructor that a query calls for each row; none for another kind of result. */
    List<DomainResultGraphNode> instantiationArguments(DomainResultGraphNode result) {
        if (!(result instanceof DynamicInstantiationResultImpl<?>)) {
            return List.of();
        }
        List<?> arguments = call(() -> (List<?>) instantiationArguments.invokeExact((Object) result));
        List<DomainResultGraphNode> results = new ArrayList<>();
        for (Object argument : arguments) {
            results.add(call(() -> (DomainResult<?>) argumentResult.invokeExact(argument)));
        }
        return results;
    }

    Object newMetadata(Metadata parts) {
        return call(() -> (Object) newMetadata.invokeExact(parts.columnNames(), parts.types(), parts.indexes()));
    }

    /** Whether metadata contains the position of each value in a row. */
    boolean describesPositions() {
        return metadataIndexes != null;
    }

    Metadata metadata(CachedJdbcValuesMetadata metadata) {
        return call(() -> new Metadata(
                (String[]) metadataNames.invokeExact((Object) metadata),
                (BasicType<?>[]) metadataTypes.invokeExact((Object) metadata),
                metadataIndexes == null ? null : (int[]) metadataIndexes.invokeExact((Object) metadata)));
    }

    /** Null if the parameters are not bound as this ORM's queries bind them. */
    @Nullable
    QueryKeyParts queryKey(QueryKey key) {
        return call(() -> {
            Object bindings = (Object) queryBindings.invokeExact((Object) key);
            if (!bindingsClass.isInstance(bindings)) {
                return null;
            }
            return new QueryKeyParts(
                    (String) querySql.invokeExact((Object) key),
                    (Object[]) bindingsValues.invokeExact(bindings),
                    (Integer) queryFirstRow.invokeExact((Object) key),
                    (Integer) queryMaxRows.invokeExact((Object) key),
                    (String[]) queryFilters.invokeExact((Object) key));
        });
    }
}
