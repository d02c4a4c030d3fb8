package io.github.hibernateredis.codec;

import java.io.Serializable;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import org.hibernate.cache.MutableCacheKeyBuilder;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * Makes the keys of one access role. Immutable.
 *
 * <p>A name is
 * <pre>
 * name    := entity | collection | natural
 * entity     := [role "~"] item          42, com.acme.Country~DE
 * collection := [role] "#" item          com.acme.Order.lines#7
 * natural    := [role] "##" item         ##978-3-16-148410-0
 * item    := [tenant "|"] value          acme|42
 * value   := text | "(" value {"," value} ")" | "()" | "%-" (null) | "%_" (empty text)
 *            or, if the item is longer than 64 bytes, "%*" and 22 characters: base64url of 128 bits of its SHA-256
 * </pre>
 * where the role (an entity's root name, a collection's role) is left out iff the region is named as the ORM names it
 * by default: like the role, for natural ids {@code <root>##NaturalId}. That depends on no other mapping, so processes
 * that map different parts of a domain agree. In roles, tenants and texts the characters {@code % # | ~ ! , ( )} and
 * controls become {@code %} and two hexadecimal digits, an unpaired surrogate {@code %u} and four. So a name can be
 * read back in one way only, two different items of a region never share one, and none begins with {@code !}, which
 * marks the reserved fields.
 *
 * <p>The text of a value is that of its disassembled form, {@linkplain KeyText see there}: never a hash code or Java
 * serialization, and the same on every JVM.
 */
public final class EntryKeys {

    private final String prefix;
    private final String role;

    private EntryKeys(String role, String prefix) {
        this.role = role;
        this.prefix = prefix;
    }

    /** Keys of the entities of a hierarchy. {@code regionName} is without {@code hibernate.cache.region_prefix}. */
    public static EntryKeys forEntity(String rootEntityName, String regionName) {
        boolean byDefault = regionName.equals(rootEntityName);
        return new EntryKeys(rootEntityName, byDefault ? "" : KeyText.escape(rootEntityName) + '~');
    }

    /** Keys of the natural ids of a hierarchy. {@code regionName} is without {@code hibernate.cache.region_prefix}. */
    public static EntryKeys forNaturalId(String rootEntityName, String regionName) {
        boolean byDefault = regionName.equals(rootEntityName + "##NaturalId");
        return new EntryKeys(rootEntityName, (byDefault ? "" : KeyText.escape(rootEntityName)) + "##");
    }

    /** Keys of a collection role. {@code regionName} is without {@code hibernate.cache.region_prefix}. */
    public static EntryKeys forCollection(String role, String regionName) {
        return new EntryKeys(role, (regionName.equals(role) ? "" : KeyText.escape(role)) + '#');
    }

    /**
     * The key of an entity.
     *
     * @throws UncacheableValueException if the identifier has no canonical form
     */
    public EntryKey entity(
            Object id, EntityPersister persister, SessionFactoryImplementor factory, @Nullable String tenant) {
        return ofDisassembled(id, persister.getIdentifierType(), factory, tenant);
    }

    /**
     * The key of a collection.
     *
     * @param id the collection's key: the owner's identifier or the property that a property-ref names
     * @throws UncacheableValueException if the key has no canonical form
     */
    public EntryKey collection(
            Object id, CollectionPersister persister, SessionFactoryImplementor factory, @Nullable String tenant) {
        return ofDisassembled(id, CollectionTypes.key(persister), factory, tenant);
    }

    /**
     * The key of a natural id; nulls in it are allowed.
     *
     * @throws UncacheableValueException if a value has no canonical form
     */
    public EntryKey naturalId(
            Object naturalIdValues,
            EntityPersister persister,
            SharedSessionContractImplementor session,
            @Nullable String tenant) {
        ColumnValues values = new ColumnValues();
        persister.getNaturalIdMapping().addToCacheKey(values, naturalIdValues, session);
        return key(naturalIdValues, values.single(), null, session.getFactory(), tenant);
    }

    private EntryKey ofDisassembled(Object id, Type type, SessionFactoryImplementor factory, @Nullable String tenant) {
        Object disassembled;
        try {
            disassembled = type.disassemble(id, factory);
        } catch (ClassCastException e) {
            // An Integer for a Long, say: versions differ in whether they convert it. Its text is the same.
            disassembled = id;
        } catch (UnsupportedOperationException e) {
            throw new UncacheableValueException(role + ": the ORM gives no key of type " + type.getName(), e);
        }
        return key(id, disassembled, type, factory, tenant);
    }

    private EntryKey key(
            Object id,
            @Nullable Object disassembled,
            @Nullable Type type,
            SessionFactoryImplementor factory,
            @Nullable String tenant) {
        StringBuilder item = new StringBuilder();
        if (tenant != null) {
            KeyText.escape(item, tenant);
            item.append('|');
        }
        try {
            new KeyText(item, zone(factory), factory.getRuntimeMetamodels().getMappingMetamodel())
                    .append(disassembled, type);
        } catch (UncacheableValueException e) {
            String typeName = type == null ? "" : " of type " + type.getName();
            throw new UncacheableValueException(role + ": a key" + typeName + " cannot be made: " + e.getMessage(), e);
        }
        return new EntryKey(prefix + KeyText.shortened(item.toString()), id, tenant != null);
    }

    /** In which timestamps without a zone stand in the database: all JVMs of one application agree on it. */
    private static ZoneId zone(SessionFactoryImplementor factory) {
        TimeZone configured = factory.getSessionFactoryOptions().getJdbcTimeZone();
        return configured != null ? configured.toZoneId() : ZoneId.systemDefault();
    }

    /** What the ORM's own keys of natural ids are made of: the values of all columns, in order. */
    private static final class ColumnValues implements MutableCacheKeyBuilder {

        private final List<@Nullable Object> list = new ArrayList<>();

        /** One column is written without parentheses, also if it was given as an array of one. */
        @Nullable
        Object single() {
            Object value = list.size() == 1 ? list.get(0) : list.toArray();
            return value instanceof Object[] values && value.getClass() == Object[].class && values.length == 1
                    ? values[0]
                    : value;
        }

        @Override
        public void addValue(@Nullable Object value) {
            list.add(value);
        }

        @Override
        public void addHashCode(int hashCode) {}

        @Override
        public Serializable build() {
            throw new UnsupportedOperationException();
        }
    }
}
