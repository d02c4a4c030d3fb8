package io.github.hibernateredis.codec;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
import org.hibernate.cache.spi.access.CachedDomainDataAccess;
import org.hibernate.cache.spi.entry.CacheEntry;
import org.hibernate.cache.spi.entry.CollectionCacheEntry;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.MappingMetamodel;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/**
 * Decodes stored values to readable text, using the mapping of a session factory. It has its own codecs, so that values
 * that it cannot read are neither counted nor logged as damaged. Thread safe.
 */
public final class ReadableValues {

    private static final int MOST_BYTES = 64;

    private final SessionFactoryImplementor factory;
    private final UnaryOperator<String> qualify;
    private final Codecs codecs;

    /**
     * A value in readable form.
     *
     * @param role the entity, the collection's role, or the root entity and {@code ##NaturalId}; {@code query results}
     *     for these
     * @param values attributes by name, elements and rows by number
     */
    public record Readable(String role, Map<String, String> values) {}

    private interface Decoding {
        @Nullable
        Readable read(byte[] value);
    }

    /**
     * @param qualify returns the qualified name of a region
     * @param allowedClasses further classes that values may contain, in addition to those of the mapping
     */
    public ReadableValues(
            SessionFactoryImplementor sessionFactory, UnaryOperator<String> qualify, List<String> allowedClasses) {
        factory = sessionFactory;
        this.qualify = qualify;
        codecs = new Codecs(sessionFactory, allowedClasses, warning -> {});
    }

    /**
     * Decodes a value.
     *
     * @param region the qualified name of its region
     * @return the readable form; null if the value belongs to another mapping, or is damaged
     */
    public @Nullable Readable read(String region, byte[] value) {
        for (Decoding decoding : decodings(region)) {
            Readable readable = decoding.read(value);
            if (readable != null) {
                return readable;
            }
        }
        QueryResultsCodec.QueryItem item = codecs.queryResults().decode(value);
        return item == null || item.cacheItem() == null
                ? null
                : new Readable("query results", numbered(codecs.queryResults().rows(item.cacheItem())));
    }

    /** The fingerprint of each role differs, so only the codec of the right role decodes the value. */
    private List<Decoding> decodings(String region) {
        List<Decoding> decodings = new ArrayList<>();
        MappingMetamodel metamodel = factory.getMappingMetamodel();
        metamodel.forEachEntityDescriptor(entity -> {
            if (!entity.getRootEntityName().equals(entity.getEntityName())) {
                return;
            }
            if (isIn(region, entity.getCacheAccessStrategy())) {
                decodings.add(value -> entity(entity, codecs.entity(entity).decode(value)));
            }
            if (entity.hasNaturalIdCache()
                    && isIn(region, entity.getNaturalIdMapping().getCacheAccess())) {
                decodings.add(
                        value -> naturalId(entity, codecs.naturalId(entity).decode(value)));
            }
        });
        metamodel.forEachCollectionDescriptor(collection -> {
            if (isIn(region, collection.getCacheAccessStrategy())) {
                decodings.add(value ->
                        collection(collection, codecs.collection(collection).decode(value)));
            }
        });
        return decodings;
    }

    private boolean isIn(String region, @Nullable CachedDomainDataAccess access) {
        return access != null && qualify.apply(access.getRegion().getName()).equals(region);
    }

    private @Nullable Readable entity(EntityPersister root, @Nullable Object decoded) {
        Object entry = decoded instanceof Map ? root.getCacheEntryStructure().destructure(decoded, factory) : decoded;
        if (!(entry instanceof CacheEntry state)) {
            return null;
        }
        EntityPersister subclass = factory.getMappingMetamodel().getEntityDescriptor(state.getSubclass());
        String[] names = subclass.getPropertyNames();
        Serializable[] values = state.getDisassembledState();
        Map<String, String> shown = new LinkedHashMap<>();
        for (int i = 0; i < names.length; i++) {
            if (!subclass.getPropertyTypes()[i].isCollectionType()) { // those have entries of their own
                shown.put(names[i], text(values[i]));
            }
        }
        return new Readable(state.getSubclass(), shown);
    }

    private @Nullable Readable collection(CollectionPersister persister, @Nullable Object decoded) {
        Object entry = decoded == null || decoded instanceof CollectionCacheEntry
                ? decoded
                : persister.getCacheEntryStructure().destructure(decoded, factory);
        return entry instanceof CollectionCacheEntry elements
                ? new Readable(persister.getRole(), numbered(Arrays.asList(elements.getState())))
                : null;
    }

    private static @Nullable Readable naturalId(EntityPersister entity, @Nullable Object id) {
        return id == null ? null : new Readable(entity.getEntityName() + "##NaturalId", Map.of("id", text(id)));
    }

    private static Map<String, String> numbered(List<?> values) {
        Map<String, String> shown = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            shown.put(Integer.toString(i), text(values.get(i)));
        }
        return shown;
    }

    private static String text(@Nullable Object value) {
        if (value == LazyPropertyInitializer.UNFETCHED_PROPERTY) {
            return "(not fetched)";
        }
        if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, MOST_BYTES))
                    + (bytes.length > MOST_BYTES ? "... (" + bytes.length + " bytes)" : "");
        }
        if (value != null && value.getClass().isArray()) {
            String all = Arrays.deepToString(new Object[] {value});
            return all.substring(1, all.length() - 1);
        }
        return String.valueOf(value);
    }
}
