package io.github.hibernateredis.codec;

import com.esotericsoftware.kryo.KryoException;
import io.github.hibernateredis.config.Compression;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
import org.hibernate.cache.spi.entry.CacheEntry;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.mapping.EntityVersionMapping;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.property.access.internal.PropertyAccessStrategyBackRefImpl;
import org.jspecify.annotations.Nullable;

/**
 * Entities of a hierarchy: twice the number of the subclass among the hierarchy's entity names, then the attributes by
 * position. The version is one of the attributes. Only if the entry's version differs from it, the number is one
 * higher, and the version follows at the end.
 */
final class EntityCodec extends CheckedCodec<Object, Object> implements ValueCodec {

    /**
     * @param codecs one for each attribute
     * @param version the codec of the version
     * @param versionIndex the position of the version among the attributes, -1 if there is none
     * @param primitive which attributes cannot be null
     */
    private record Subclass(
            int number,
            EntityPersister persister,
            AttributeCodec[] codecs,
            AttributeCodec version,
            int versionIndex,
            boolean[] primitive) {

        @Nullable
        Object versionIn(@Nullable Object[] state) {
            return versionIndex < 0 ? null : state[versionIndex];
        }

        /** Rejects values that would make the ORM fail. */
        void check(@Nullable Object[] row) {
            AttributeCodec.checkNulls(row, primitive);
            String[] names = persister.getPropertyNames();
            for (int i = 0; i < row.length; i++) {
                boolean inPlace = row[i] == LazyPropertyInitializer.UNFETCHED_PROPERTY
                        ? persister.getBytecodeEnhancementMetadata().isEnhancedForLazyLoading()
                        : row[i] != PropertyAccessStrategyBackRefImpl.UNKNOWN || isBackReference(names[i]);
                if (!inPlace) {
                    throw new KryoException("A placeholder for a missing attribute");
                }
            }
        }

        /** How the ORM names the attributes that it generates for the columns of one-to-many associations. */
        private static boolean isBackReference(String name) {
            return name.startsWith("_") && name.endsWith("Backref");
        }

        String description() {
            String[] names = persister.getPropertyNames();
            StringBuilder text = new StringBuilder(persister.getEntityName());
            text.append(Columns.of(persister.getIdentifierMapping()));
            for (int i = 0; i < codecs.length; i++) {
                text.append('\n')
                        .append(names[i])
                        .append(' ')
                        .append(codecs[i].description())
                        .append(Columns.of(persister.findAttributeMapping(names[i])));
            }
            return text.append("\n(version) ").append(version.description()).toString();
        }
    }

    private final HibernateInternals orm = HibernateInternals.get();
    private final SessionFactoryImplementor factory;
    private final EntityPersister root;
    private final Values values;
    private final List<Subclass> subclasses;
    private final Map<String, Subclass> byName = new HashMap<>();

    static EntityCodec of(
            EntityPersister root,
            Collection<EntityPersister> hierarchy,
            AttributeCodecs codecs,
            Values values,
            SessionFactoryImplementor factory,
            DecodeFailures failures) {
        List<EntityPersister> sorted = hierarchy.stream()
                .sorted(Comparator.comparing(EntityPersister::getEntityName))
                .toList();
        List<Subclass> subclasses = new ArrayList<>();
        for (EntityPersister persister : sorted) {
            AttributeCodec[] state = codecs.of(persister.getPropertyTypes());
            AttributeCodec version = codecs.of(persister.isVersioned() ? persister.getVersionType() : null);
            boolean[] primitive = new boolean[state.length];
            persister.forEachAttributeMapping(attribute -> {
                if (attribute.getStateArrayPosition() < primitive.length) {
                    primitive[attribute.getStateArrayPosition()] = AttributeCodecs.isPrimitive(attribute);
                }
            });
            subclasses.add(
                    new Subclass(subclasses.size(), persister, state, version, versionIndex(persister), primitive));
        }
        return new EntityCodec(root, subclasses, values, factory, failures);
    }

    private static int versionIndex(EntityPersister persister) {
        EntityVersionMapping version = persister.getVersionMapping();
        return version == null
                ? -1
                : Arrays.asList(persister.getPropertyNames())
                        .indexOf(version.asAttributeMapping().getAttributeName());
    }

    private EntityCodec(
            EntityPersister root,
            List<Subclass> subclasses,
            Values values,
            SessionFactoryImplementor factory,
            DecodeFailures failures) {
        super("Entity " + root.getEntityName(), new Fingerprint(description(root, subclasses)), failures);
        this.root = root;
        this.subclasses = List.copyOf(subclasses);
        this.values = values;
        this.factory = factory;
        subclasses.forEach(subclass -> byName.put(subclass.persister().getEntityName(), subclass));
    }

    Values values() {
        return values;
    }

    private static String description(EntityPersister root, List<Subclass> subclasses) {
        return subclasses.stream()
                .map(Subclass::description)
                .collect(Collectors.joining("\n\n", "entity " + root.getEntityName() + '\n', ""));
    }

    @Override
    public byte[] encode(Object value, Compression compression) {
        return encodeChecked(value, compression);
    }

    @Override
    public @Nullable Object decode(byte[] bytes) {
        return decodeChecked(bytes);
    }

    @Override
    void write(WireOutput out, Object value) {
        Object unstructured =
                value instanceof Map ? root.getCacheEntryStructure().destructure(value, factory) : value;
        if (!(unstructured instanceof CacheEntry entry)) {
            throw new UncacheableValueException(
                    "Not a cache entry: " + value.getClass().getName());
        }
        if (entry.isReferenceEntry()) {
            throw new UncacheableValueException(
                    "hibernate.cache.use_reference_entries makes the cache hold live objects,"
                            + " which cannot leave this instance; set it to false or do not cache this entity");
        }
        Subclass subclass = byName.get(entry.getSubclass());
        Serializable[] state = entry.getDisassembledState();
        int length = subclass.codecs().length;
        if (state.length != length) {
            throw new UncacheableValueException(
                    entry.getSubclass() + " has " + length + " attributes, the entry " + state.length);
        }
        boolean versionApart = !Objects.equals(entry.getVersion(), subclass.versionIn(state));
        out.writeVarInt(2 * subclass.number() + (versionApart ? 1 : 0), true);
        AttributeCodec.writeRow(out, state, length, subclass.codecs(), values);
        if (versionApart) {
            AttributeCodec.writeRow(
                    out, new Object[] {entry.getVersion()}, 1, new AttributeCodec[] {subclass.version()}, values);
        }
    }

    @Override
    Object read(WireInput in) {
        int form = in.readVarInt(true);
        int number = form >>> 1;
        if (number >= subclasses.size()) {
            throw new KryoException("Unknown subclass " + number);
        }
        Subclass subclass = subclasses.get(number);
        Serializable[] state = AttributeCodec.readState(in, subclass.codecs().length, subclass.codecs(), values);
        subclass.check(state);
        Object[] version = {subclass.versionIn(state)};
        if ((form & 1) != 0) {
            AttributeCodec.readRow(in, version, 1, new AttributeCodec[] {subclass.version()}, values);
        }
        AttributeCodec.checkPlaceholders(version);
        Object entry = orm.newEntityEntry(state, subclass.persister().getEntityName(), version[0]);
        return subclass.persister().getCacheEntryStructure().structure(entry);
    }
}
