package io.github.hibernateredis.codec;

import com.esotericsoftware.kryo.KryoException;
import java.sql.Types;
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
import org.hibernate.tool.schema.extract.spi.ColumnTypeInformation;
import org.hibernate.type.BasicType;
import org.hibernate.type.descriptor.java.JavaType;
import org.hibernate.type.descriptor.jdbc.ArrayJdbcType;
import org.hibernate.type.descriptor.jdbc.JdbcType;
import org.hibernate.type.descriptor.jdbc.spi.JdbcTypeRegistry;
import org.hibernate.type.spi.TypeConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Stores the types of result columns as references to objects of the local session factory. The ORM compares the Java
 * type of a cached column with the expected one by identity, so an equal copy would never be a hit. A type is either
 * that of a mapped column, stored as the place where it is mapped, or a combination of a Java type and a JDBC type. If
 * no mapping describes a column, the ORM creates its type when it first reads the column. Another instance may not have
 * created it yet, so reading creates it in the same way.
 */
final class ColumnTypes {

    private static final int NONE = 0;
    private static final int MAPPED = 1;
    private static final int MADE_OF_MAPPED = 2;
    private static final int MADE_OF_REGISTERED = 3;
    private static final int ARRAY = 4;

    /** The elements of an array may be arrays, but the nesting must be limited. */
    private static final int MAX_DIMENSIONS = 8;

    private final HibernateInternals orm = HibernateInternals.get();
    private final TypeConfiguration configuration;
    private final Map<String, BasicType<?>> mapped = new TreeMap<>();
    private final Map<BasicType<?>, String> paths = new IdentityHashMap<>();
    private final Map<JavaType<?>, String> javaTypePaths = new IdentityHashMap<>();

    ColumnTypes(SessionFactoryImplementor factory) {
        configuration = factory.getTypeConfiguration();
        MappingMetamodel metamodel = factory.getRuntimeMetamodels().getMappingMetamodel();
        metamodel.forEachEntityDescriptor(this::addEntity);
        metamodel.forEachCollectionDescriptor(this::addCollection);
        // One type may be mapped in several places: every JVM uses the first place by name.
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

    /** All mapped columns with their types, so that rows of an earlier mapping are not used with this one. */
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
        } else if (jdbcType instanceof ArrayJdbcType array && recommended(array) == javaType) {
            writeArray(out, array);
            return;
        } else if (registered(name(javaType)) == javaType) {
            out.writeByte(MADE_OF_REGISTERED);
            out.writeString(name(javaType));
        } else {
            throw new UncacheableValueException("The type of a result column is only defined in its query: " + type);
        }
        out.writeVarInt(code(jdbcType), false);
    }

    private void writeArray(WireOutput out, ArrayJdbcType array) {
        int dimensions = 1;
        JdbcType element = array.getElementJdbcType();
        while (element instanceof ArrayJdbcType inner) {
            dimensions++;
            element = inner.getElementJdbcType();
        }
        out.writeByte(ARRAY);
        out.writeVarInt(dimensions, true);
        out.writeVarInt(code(element), false);
    }

    private int code(JdbcType type) {
        int code = type.getDefaultSqlTypeCode();
        if (!configuration.getJdbcTypeRegistry().hasRegisteredDescriptor(code)) {
            throw new UncacheableValueException(
                    "The JDBC type of a result column is only defined in its query: " + type);
        }
        return code;
    }

    private @Nullable JavaType<?> recommended(JdbcType type) {
        return orm.recommendedJavaType(type, configuration);
    }

    @Nullable
    BasicType<?> read(WireInput in) {
        return switch (in.readByte()) {
            case NONE -> null;
            case MAPPED -> mapped(in.readText());
            case MADE_OF_MAPPED -> made(mapped(in.readText()).getJavaTypeDescriptor(), jdbcType(in.readVarInt(false)));
            case MADE_OF_REGISTERED -> made(registered(in.readText()), jdbcType(in.readVarInt(false)));
            case ARRAY -> readArray(in);
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

    private BasicType<?> readArray(WireInput in) {
        int dimensions = in.readVarInt(true);
        if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
            throw new KryoException("Array of " + dimensions + " dimensions");
        }
        JdbcType type = jdbcType(in.readVarInt(false));
        for (int i = 0; i < dimensions; i++) {
            type = configuration
                    .getJdbcTypeRegistry()
                    .resolveTypeConstructorDescriptor(Types.ARRAY, type, ColumnTypeInformation.EMPTY);
        }
        return made(recommended(type), type);
    }

    /** The registry creates the descriptor of an unknown code, so only valid codes are looked up. */
    private JdbcType jdbcType(int code) {
        JdbcTypeRegistry registry = configuration.getJdbcTypeRegistry();
        if (!registry.hasRegisteredDescriptor(code)) {
            throw new KryoException("Unknown JDBC type of column: " + code);
        }
        return registry.getDescriptor(code);
    }

    private BasicType<?> made(@Nullable JavaType<?> javaType, JdbcType jdbcType) {
        if (javaType == null) {
            throw new KryoException("Unknown Java type of column");
        }
        return configuration.getBasicTypeRegistry().resolve(javaType, jdbcType);
    }

    private static String name(JavaType<?> javaType) {
        return javaType.getTypeName() + ' ' + javaType.getClass().getName();
    }

    /**
     * The registry is asked each time, since queries may register types; null unless exactly one type has that name.
     */
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
