package io.github.hibernateredis.codec;

import java.io.Serializable;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TimeZone;
import org.hibernate.cache.MutableCacheKeyBuilder;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.mapping.JdbcMapping;
import org.hibernate.metamodel.mapping.NaturalIdMapping;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.BasicType;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * Builds the keys of one access role. Immutable.
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
 * The role (an entity's root name, a collection's role) is omitted if and only if the region has the ORM's default
 * name: the role, for natural ids {@code <root>##NaturalId}. That depends on no other mapping, so processes that map
 * different parts of a domain build the same keys. In roles, tenants and texts the characters {@code % # | ~ ! , ( )}
 * and control characters become {@code %} and two hexadecimal digits, an unpaired surrogate {@code %u} and four. So a
 * name can be parsed in only one way, and two different entries of a region never share a name. No name begins with
 * {@code !}, which marks reserved fields.
 *
 * <p>The text of a value is that of its disassembled form, as described at {@link KeyText}. It never depends on a hash
 * code or on Java serialization, and is the same on every JVM.
 */
public final class EntryKeys {

    private final String prefix;
    private final String role;

    private EntryKeys(String role, String prefix) {
        this.role = role;
        this.prefix = prefix;
    }

    /** The keys of the entities of a hierarchy. {@code regionName} is without {@code hibernate.cache.region_prefix}. */
    public static EntryKeys forEntity(String rootEntityName, String regionName) {
        boolean byDefault = regionName.equals(rootEntityName);
        return new EntryKeys(rootEntityName, byDefault ? "" : KeyText.escape(rootEntityName) + '~');
    }

    /**
     * The keys of the natural ids of a hierarchy. {@code regionName} is without {@code hibernate.cache.region_prefix}.
     */
    public static EntryKeys forNaturalId(String rootEntityName, String regionName) {
        boolean byDefault = regionName.equals(rootEntityName + "##NaturalId");
        return new EntryKeys(rootEntityName, (byDefault ? "" : KeyText.escape(rootEntityName)) + "##");
    }

    /** The keys of a collection role. {@code regionName} is without {@code hibernate.cache.region_prefix}. */
    public static EntryKeys forCollection(String role, String regionName) {
        return new EntryKeys(role, (regionName.equals(role) ? "" : KeyText.escape(role)) + '#');
    }

    /**
     * Builds the key of an entity.
     *
     * @throws UncacheableValueException if the identifier has no canonical form
     */
    public EntryKey entity(
            Object id, EntityPersister persister, SessionFactoryImplementor factory, @Nullable String tenant) {
        return ofDisassembled(id, persister.getIdentifierType(), factory, tenant);
    }

    /**
     * Builds the key of a collection.
     *
     * @param id the collection's key: the owner's identifier, or the property that a property-ref names
     * @throws UncacheableValueException if the key has no canonical form
     */
    public EntryKey collection(
            Object id, CollectionPersister persister, SessionFactoryImplementor factory, @Nullable String tenant) {
        return ofDisassembled(id, CollectionTypes.key(persister), factory, tenant);
    }

    /**
     * Builds the key of a natural id, which may contain nulls.
     *
     * @throws UncacheableValueException if a value has no canonical form
     */
    public EntryKey naturalId(
            Object naturalIdValues,
            EntityPersister persister,
            SharedSessionContractImplementor session,
            @Nullable String tenant) {
        NaturalIdMapping mapping = persister.getNaturalIdMapping();
        Item item = new Item(session.getFactory(), tenant);
        List<JdbcMapping> types = new ArrayList<>();
        mapping.forEachJdbcType((index, type) -> types.add(type));
        Object[] given = naturalIdValues instanceof Object[] array ? array : new Object[] {naturalIdValues};
        List<@Nullable Object> values = columns(mapping, naturalIdValues, session);
        if (values == null) {
            values = Arrays.asList(given); // a type of the application without a disassembled form
        }
        boolean typed = values.size() == types.size();
        boolean columnEach = typed && given.length == types.size();
        item.appendColumns(values, columnEach ? given : null, typed ? types : List.of());
        return item.key(naturalIdValues);
    }

    /** The parts of the ORM's own keys of natural ids: the values of all columns, in order; null if there are none. */
    private static @Nullable List<@Nullable Object> columns(
            NaturalIdMapping mapping, Object naturalIdValues, SharedSessionContractImplementor session) {
        ColumnValues values = new ColumnValues();
        try {
            mapping.addToCacheKey(values, naturalIdValues, session);
        } catch (ClassCastException | UnsupportedOperationException e) {
            return null;
        }
        return values.list;
    }

    private EntryKey ofDisassembled(Object id, Type type, SessionFactoryImplementor factory, @Nullable String tenant) {
        if (tenant == null && KeyText.isShort(id) && KeyText.disassemble(id, type, factory) == id) {
            return new EntryKey(prefix.concat(id.toString()), id, false); // the same text as below
        }
        Item item = new Item(factory, tenant);
        item.append(id, type);
        return item.key(id);
    }

    /** Builds the text of the item, with the tenant in front. */
    private final class Item {

        private final StringBuilder out = new StringBuilder();
        private final SessionFactoryImplementor factory;
        private final KeyText text;
        private final boolean tenantNamed;

        Item(SessionFactoryImplementor factory, @Nullable String tenant) {
            this.factory = factory;
            tenantNamed = tenant != null;
            if (tenant != null) {
                KeyText.escape(out, tenant);
                out.append('|');
            }
            text = new KeyText(out, () -> zone(factory), factory);
        }

        void append(Object id, Type type) {
            text.append(KeyText.disassemble(id, type, factory), id, type);
        }

        /** One column is written without parentheses, even if it was passed as an array with one element. */
        void appendColumns(
                List<@Nullable Object> values, @Nullable Object @Nullable [] originals, List<JdbcMapping> types) {
            boolean single = values.size() == 1;
            if (!single) {
                out.append('(');
            }
            for (int i = 0; i < values.size(); i++) {
                if (i > 0) {
                    out.append(',');
                }
                Object value = values.get(i);
                Object original = originals == null ? null : originals[i];
                if (single
                        && value instanceof Object[] array
                        && array.getClass() == Object[].class
                        && array.length == 1) {
                    value = array[0];
                }
                text.append(value, original, types.isEmpty() ? null : typeOf(types.get(i)));
            }
            if (!single) {
                out.append(')');
            }
        }

        EntryKey key(Object id) {
            return new EntryKey(prefix + KeyText.shortened(out.toString()), id, tenantNamed);
        }
    }

    private static @Nullable Type typeOf(JdbcMapping mapping) {
        return mapping instanceof BasicType<?> basic ? basic : null;
    }

    /** The time zone of database timestamps without a zone: the same on all JVMs of one application. */
    private static ZoneId zone(SessionFactoryImplementor factory) {
        TimeZone configured = factory.getSessionFactoryOptions().getJdbcTimeZone();
        return configured != null ? configured.toZoneId() : ZoneId.systemDefault();
    }

    private static final class ColumnValues implements MutableCacheKeyBuilder {

        private final List<@Nullable Object> list = new ArrayList<>();

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
