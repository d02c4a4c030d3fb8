package io.github.hibernateredis.codec;

import com.esotericsoftware.kryo.KryoException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.MappingMetamodel;
import org.hibernate.metamodel.mapping.Bindable;
import org.hibernate.metamodel.mapping.EntityIdentifierMapping;
import org.hibernate.metamodel.mapping.JdbcMapping;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.BasicType;
import org.hibernate.type.descriptor.java.JavaType;
import org.hibernate.type.descriptor.jdbc.JdbcType;
import org.hibernate.type.spi.TypeConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Types of result columns as references that lead to the local session factory's own objects. The ORM compares the Java
 * type of a cached column with the one that it expects by identity, so an equal copy would never be a hit. A type is
 * either that of a mapped column, referred to by where it is mapped, or one made of a registered Java type and a JDBC
 * type.
 */
final class ColumnTypes {

    private static final int NONE = 0;
    private static final int MAPPED = 1;
    private static final int MADE_OF_MAPPED = 2;
    private static final int MADE_OF_REGISTERED = 3;

    private final TypeConfiguration configuration;
    private final Map<String, BasicType<?>> mapped = new TreeMap<>();
    private final Map<BasicType<?>, String> paths = new IdentityHashMap<>();
    private final Map<JavaType<?>, String> javaTypePaths = new IdentityHashMap<>();

    ColumnTypes(SessionFactoryImplementor factory) {
        configuration = factory.getTypeConfiguration();
        MappingMetamodel metamodel = factory.getRuntimeMetamodels().getMappingMetamodel();
        metamodel.forEachEntityDescriptor(this::addEntity);
        metamodel.forEachCollectionDescriptor(this::addCollection);
        // One type may be mapped in many places: the first by name is the one that every JVM refers to.
        mapped.forEach((path, type) -> {
            paths.putIfAbsent(type, path);
            javaTypePaths.putIfAbsent(type.getJavaTypeDescriptor(), path);
        });
    }

    private void addEntity(EntityPersister persister) {
        String name = persister.getEntityName();
        EntityIdentifierMapping identifier = persister.getIdentifierMapping();
        add(name + "(id)", identifier);
        add(name + "(version)", persister.getVersionMapping());
        add(name + "(discriminator)", persister.getDiscriminatorMapping());
        persister.forEachAttributeMapping(attribute -> add(name + '.' + attribute.getAttributeName(), attribute));
    }

    private void addCollection(CollectionPersister persister) {
        PluralAttributeMapping attribute = persister.getAttributeMapping();
        String role = persister.getRole();
        add(role + "(key)", attribute.getKeyDescriptor());
        add(role + "(index)", attribute.getIndexDescriptor());
        add(role + "(element)", attribute.getElementDescriptor());
        add(role + "(id)", attribute.getIdentifierDescriptor());
    }

    private void add(String path, @Nullable Bindable part) {
        if (part != null) {
            part.forEachJdbcType((index, column) -> {
                if (column instanceof BasicType<?> type) {
                    mapped.put(path + '#' + index, type);
                }
            });
        }
    }

    /** Every mapped column with its types: rows of an earlier mapping must not be taken for rows of this one. */
    String description() {
        return mapped.entrySet().stream()
                .map(column -> column.getKey() + ' ' + description(column.getValue()))
                .collect(Collectors.joining("\n"));
    }

    private static String description(JdbcMapping type) {
        return type.getJavaTypeDescriptor().getTypeName()
                + ' '
                + type.getJdbcJavaType().getTypeName()
                + ' '
                + type.getJdbcType().getDefaultSqlTypeCode();
    }

    void write(WireOutput out, @Nullable BasicType<?> type) {
        if (type == null) {
            out.writeByte(NONE);
            return;
        }
        String path = paths.get(type);
        if (path != null) {
            out.writeByte(MAPPED);
            out.writeString(path);
            return;
        }
        JavaType<?> javaType = type.getJavaTypeDescriptor();
        JdbcType jdbcType = type.getJdbcType();
        path = javaTypePaths.get(javaType);
        if (path != null) {
            out.writeByte(MADE_OF_MAPPED);
            out.writeString(path);
        } else if (registered(name(javaType)) == javaType) {
            out.writeByte(MADE_OF_REGISTERED);
            out.writeString(name(javaType));
        } else {
            throw new UncacheableValueException("A result column's type is not known outside of its query: " + type);
        }
        out.writeVarInt(jdbcType.getDefaultSqlTypeCode(), false);
    }

    @Nullable
    BasicType<?> read(WireInput in) {
        return switch (in.readByte()) {
            case NONE -> null;
            case MAPPED -> mapped(in.readText());
            case MADE_OF_MAPPED -> made(mapped(in.readText()).getJavaTypeDescriptor(), in.readVarInt(false));
            case MADE_OF_REGISTERED -> made(registered(in.readText()), in.readVarInt(false));
            default -> throw new KryoException("Unknown form of type");
        };
    }

    private BasicType<?> mapped(String path) {
        BasicType<?> type = mapped.get(path);
        if (type == null) {
            throw new KryoException("Not mapped: " + path);
        }
        return type;
    }

    private BasicType<?> made(@Nullable JavaType<?> javaType, int jdbcTypeCode) {
        JdbcType jdbcType = configuration.getJdbcTypeRegistry().findDescriptor(jdbcTypeCode);
        if (javaType == null || jdbcType == null) {
            throw new KryoException("Unknown type of column");
        }
        return configuration.getBasicTypeRegistry().resolve(javaType, jdbcType);
    }

    private static String name(JavaType<?> javaType) {
        return javaType.getTypeName() + ' ' + javaType.getClass().getName();
    }

    /** The registry is asked each time, since queries may register types; null unless exactly one has that name. */
    private @Nullable JavaType<?> registered(String name) {
        List<JavaType<?>> candidates = new ArrayList<>();
        configuration.getJavaTypeRegistry().forEachDescriptor(candidate -> {
            if (name(candidate).equals(name) && !candidates.contains(candidate)) {
                candidates.add(candidate);
            }
        });
        return candidates.size() == 1 ? candidates.get(0) : null;
    }
}
