package io.github.hibernateredis.codec;

import com.esotericsoftware.kryo.KryoException;
import java.io.Serializable;
import java.lang.reflect.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.util.function.Function;
import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
import org.hibernate.property.access.internal.PropertyAccessStrategyBackRefImpl;
import org.hibernate.type.AnyType;
import org.jspecify.annotations.Nullable;

/**
 * The self-describing form of any value: a tag, then the value. Used if the mapping does not determine the class (rows
 * of query results, identifiers for {@code @Any}), and if a value is not of the class that the mapping declares.
 */
final class Values {

    private static final int NULL = 0;
    private static final int UNFETCHED = 1;
    private static final int UNKNOWN = 2;
    private static final int OBJECTS = 3;
    private static final int SERIALIZABLES = 4;
    private static final int SCALARS = 5;
    private static final int ENUM = 6;
    private static final int ANY = 7;
    private static final int FORMATTED = 8;
    private static final int GRAPH = 9;
    private static final int CLASS = 10;

    /** Written instead of the id of a class that is identified by its name. */
    private static final long NAMED = 0;

    private final HibernateInternals orm = HibernateInternals.get();
    private final ClassList classes;
    private final Graphs graphs;
    private final FormattedTypes formatted;
    private final Function<String, @Nullable Class<?>> identifiers;

    /** @param identifiers returns the class of an entity's identifiers; null if there is no entity of that name */
    Values(ClassList classes, FormattedTypes formatted, Function<String, @Nullable Class<?>> identifiers) {
        this.classes = classes;
        this.graphs = new Graphs(classes);
        this.formatted = formatted;
        this.identifiers = identifiers;
    }

    /** @throws UncacheableValueException if the value cannot be cached; Kryo may wrap it */
    void write(WireOutput out, @Nullable Object value) {
        if (value == null) {
            out.writeByte(NULL);
        } else if (value == LazyPropertyInitializer.UNFETCHED_PROPERTY) {
            out.writeByte(UNFETCHED);
        } else if (value == PropertyAccessStrategyBackRefImpl.UNKNOWN) {
            out.writeByte(UNKNOWN);
        } else {
            writePresent(out, value);
        }
    }

    private void writePresent(WireOutput out, Object value) {
        Class<?> type = value.getClass();
        Scalar<?> scalar = Scalar.of(type);
        if (scalar != null) {
            out.writeByte(scalar.tag());
            scalar.write(out, value);
        } else if (type == Object[].class || type == Serializable[].class) {
            writeArray(out, (Object[]) value, type == Object[].class ? OBJECTS : SERIALIZABLES);
        } else if (type.isArray() && Scalar.of(type.getComponentType()) != null) {
            writeScalars(out, (Object[]) value);
        } else if (value instanceof Enum<?> constant && classes.listedId(constant.getDeclaringClass()) != null) {
            out.writeByte(ENUM);
            out.writeLong(classes.listedId(constant.getDeclaringClass()));
            out.writeVarInt(constant.ordinal(), true);
        } else if (value instanceof Class<?> aClass) {
            out.writeByte(CLASS);
            writeClass(out, aClass);
        } else if (value instanceof AnyType.ObjectTypeCacheEntry) {
            out.writeByte(ANY);
            out.writeString(orm.anyEntityName(value));
            out.enter();
            write(out, orm.anyId(value));
            out.leave();
        } else if (value instanceof Blob || value instanceof Clob) {
            throw new UncacheableValueException(
                    "A " + type.getName() + " is bound to its connection and cannot be cached; map the attribute as"
                            + " String or byte[], or keep it out of the cache as a lazy attribute");
        } else if (formatted.covers(type)) {
            out.writeByte(FORMATTED);
            out.writeString(type.getName());
            out.writeString(formatted.toText(value));
        } else {
            out.writeByte(GRAPH);
            graphs.write(out, value);
        }
    }

    /**
     * Bytes never cause a class to be loaded by its name, so the list restricts classes as it restricts their objects.
     */
    private void writeClass(WireOutput out, Class<?> type) {
        Long listed = classes.listedId(type);
        boolean named = listed == null && classes.named(type.getName()) == type;
        if (listed == null && !named && !classes.allowsByPackage(type.getName())) {
            throw new UncacheableValueException("The class " + type.getName()
                    + " cannot be cached as a value: it is neither in the mapping nor in the setting "
                    + UncacheableValueException.ALLOWED_CLASSES);
        }
        out.writeString(listed == null ? type.getName() : null);
        out.writeLong(named ? NAMED : listed == null ? classes.packageId(type) : listed);
    }

    private Class<?> readClass(WireInput in) {
        String name = in.readString();
        long id = in.readLong();
        Class<?> type = name == null ? classes.byId(id) : id == NAMED ? classes.named(name) : classes.byName(name, id);
        if (type == null) {
            throw new KryoException("Unknown class");
        }
        return type;
    }

    private void writeArray(WireOutput out, Object[] values, int tag) {
        out.writeByte(tag);
        out.writeVarInt(values.length, true);
        out.enter();
        for (Object value : values) {
            write(out, value);
        }
        out.leave();
    }

    /** Written without tags if all elements have the component's class, as they do unless some are null. */
    private void writeScalars(WireOutput out, Object[] values) {
        Scalar<?> component = Scalar.of(values.getClass().getComponentType());
        boolean uniform = true;
        for (Object value : values) {
            uniform &= value != null && Scalar.of(value.getClass()) == component;
        }
        out.writeByte(SCALARS);
        out.writeByte(component.tag());
        out.writeBoolean(uniform);
        out.writeVarInt(values.length, true);
        for (Object value : values) {
            if (uniform) {
                component.write(out, value);
            } else {
                write(out, value);
            }
        }
    }

    /** @throws RuntimeException for bytes that {@link #write} did not write */
    @Nullable
    Object read(WireInput in) {
        int tag = in.readByteUnsigned();
        return switch (tag) {
            case NULL -> null;
            case UNFETCHED -> LazyPropertyInitializer.UNFETCHED_PROPERTY;
            case UNKNOWN -> PropertyAccessStrategyBackRefImpl.UNKNOWN;
            case OBJECTS -> readArray(in, new Object[in.readCount(8)]);
            case SERIALIZABLES -> readArray(in, new Serializable[in.readCount(8)]);
            case SCALARS -> readScalars(in);
            case ENUM -> readEnum(in);
            case ANY -> readAny(in);
            case FORMATTED -> formatted.fromText(in.readText(), in.readText());
            case GRAPH -> graphs.read(in);
            case CLASS -> readClass(in);
            default -> scalar(tag).read(in);
        };
    }

    private static Scalar<?> scalar(int tag) {
        Scalar<?> scalar = Scalar.tagged(tag);
        if (scalar == null) {
            throw new KryoException("Unknown tag " + tag);
        }
        return scalar;
    }

    private Object[] readArray(WireInput in, Object[] values) {
        in.enter();
        for (int i = 0; i < values.length; i++) {
            values[i] = read(in);
        }
        in.leave();
        return values;
    }

    private Object readScalars(WireInput in) {
        Scalar<?> component = scalar(in.readByteUnsigned());
        boolean uniform = in.readBoolean();
        Object[] values = (Object[]) Array.newInstance(component.type(), in.readCount(8));
        in.enter();
        for (int i = 0; i < values.length; i++) {
            values[i] = uniform ? component.read(in) : read(in);
        }
        in.leave();
        return values;
    }

    private Object readEnum(WireInput in) {
        Class<?> type = classes.byId(in.readLong());
        if (type == null || !type.isEnum()) {
            throw new KryoException("Unknown enum");
        }
        return type.getEnumConstants()[in.readVarInt(true)];
    }

    private Object readAny(WireInput in) {
        String entityName = in.readText();
        in.enter();
        Object id = read(in);
        in.leave();
        Class<?> type = identifiers.apply(entityName);
        if (type == null || id != null && !type.isInstance(id)) {
            throw new KryoException("Not a reference to an entity: " + entityName);
        }
        return orm.newAnyReference(entityName, id);
    }
}
