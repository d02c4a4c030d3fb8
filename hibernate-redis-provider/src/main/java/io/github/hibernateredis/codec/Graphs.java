package io.github.hibernateredis.codec;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.ImmutableSerializer;
import com.esotericsoftware.kryo.serializers.RecordSerializer;
import com.esotericsoftware.kryo.util.DefaultClassResolver;
import com.esotericsoftware.kryo.util.DefaultInstantiatorStrategy;
import com.esotericsoftware.kryo.util.Pool;
import java.io.Serializable;
import java.lang.reflect.Array;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objenesis.strategy.StdInstantiatorStrategy;

/**
 * Serializes object graphs with Kryo, for values without a form of their own: the application's value classes and the
 * JDK's collections. Cycles and shared references inside one graph are kept.
 *
 * <p>Only Kryo's serializers of records, primitives and texts are used. Its field serializers use
 * {@code sun.misc.Unsafe}, which can store any class from the bytes in a field of any type. Its collection serializers
 * allocate as much as the bytes announce.
 */
final class Graphs {

    /** Longer chains of objects are rejected, when writing and when reading. */
    private static final int MAX_DEPTH = 200;

    private static final int FIRST_SCALAR_ID = 32;
    private static final int FIRST_COLLECTION_ID = 256;

    private final ClassList classes;
    private final Pool<Kryo> pool;

    Graphs(ClassList classes) {
        this.classes = classes;
        this.pool = new Pool<>(true, false, 2 * Runtime.getRuntime().availableProcessors()) {
            @Override
            protected Kryo create() {
                return newKryo();
            }
        };
    }

    void write(WireOutput out, Object root) {
        Kryo kryo = pool.obtain();
        kryo.writeClassAndObject(out, root);
        Sharing.of(kryo).charge(root, out);
        kryo.reset();
        pool.free(kryo); // not after a failure, which leaves its state unknown
    }

    Object read(WireInput in) {
        Kryo kryo = pool.obtain();
        Object root = kryo.readClassAndObject(in);
        if (root == null) {
            throw new KryoException("Graph without a root");
        }
        Sharing.of(kryo).charge(root, in);
        kryo.reset();
        pool.free(kryo);
        return root;
    }

    private Kryo newKryo() {
        Resolver resolver = new Resolver();
        Kryo kryo = new Kryo(resolver, new Sharing());
        kryo.setAutoReset(false);
        kryo.setRegistrationRequired(true);
        kryo.setReferences(true);
        kryo.setMaxDepth(MAX_DEPTH);
        kryo.setInstantiatorStrategy(new DefaultInstantiatorStrategy(new StdInstantiatorStrategy()));
        for (Scalar<?> scalar : Scalar.all()) {
            // Kryo's own forms of boxed values and texts are sufficient. A URL would send a network request for its
            // hash code.
            if (resolver.getRegistration(scalar.type()) == null && scalar.type() != URL.class) {
                kryo.register(scalar.type(), new ScalarSerializer(scalar), FIRST_SCALAR_ID + scalar.tag());
            }
        }
        kryo.register(Object.class, new NoInstances(), FIRST_COLLECTION_ID);
        kryo.register(Serializable.class, new NoInstances(), FIRST_COLLECTION_ID + 1);
        kryo.register(EnumSet.class, new CollectionSerializers.OfEnumSet(), FIRST_COLLECTION_ID + 2);
        CollectionSerializers.register(kryo, FIRST_COLLECTION_ID + 3);
        resolver.closed = true;
        return kryo;
    }

    /**
     * Identifies classes by the ids of {@link ClassList}. A class is written as
     * <pre>0 | 1 index [id name?] | 2 component | 3 + registration id</pre>
     * for null, for a listed class (its index in the graph, followed at its first occurrence by its id, and by its name
     * if only a package allows it), for an array, and for a built-in class.
     */
    private final class Resolver extends DefaultClassResolver {

        private static final int LISTED = 1;
        private static final int ARRAY = 2;
        private static final int BUILT_IN = 3;

        private final Map<Class<?>, Integer> written = new IdentityHashMap<>();
        private final List<Class<?>> read = new ArrayList<>();
        private boolean closed;

        @Override
        @SuppressWarnings("rawtypes") // as in the interface
        public @Nullable Registration getRegistration(Class type) {
            Registration known = super.getRegistration(type);
            if (known != null || !closed) {
                return known;
            }
            Class<?> normal = type;
            Scalar<?> scalar = Scalar.of(normal);
            if (scalar != null) {
                normal = scalar.type(); // of a hidden class
            } else if (EnumSet.class.isAssignableFrom(normal)) {
                normal = EnumSet.class;
            } else if (Enum.class.isAssignableFrom(normal) && !normal.isEnum()) {
                normal = normal.getSuperclass(); // an enum constant with a class body
            }
            if (normal != type) {
                return getRegistration(normal);
            }
            if (type.isArray()) {
                getRegistration(type.getComponentType());
                return register(new Registration(type, new ArraySerializer(), NAME));
            }
            if (!classes.allows(type)) {
                throw ClassList.refused(type);
            }
            return register(new Registration(type, serializer(type), NAME));
        }

        private Serializer<?> serializer(Class<?> type) {
            if (type.isEnum()) {
                return new EnumSerializer();
            }
            if (type.isRecord()) {
                return recordSerializer(type);
            }
            if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
                return new NoInstances();
            }
            return new FieldsSerializer(type);
        }

        private static <T> Serializer<T> recordSerializer(Class<T> type) {
            return new RecordSerializer<>(type);
        }

        @Override
        @SuppressWarnings("rawtypes")
        public @Nullable Registration writeClass(Output out, @Nullable Class type) {
            if (type == null) {
                out.writeByte(0);
                return null;
            }
            Registration registration = kryo.getRegistration(type);
            if (registration.getId() != NAME) {
                out.writeVarInt(registration.getId() + BUILT_IN, true);
            } else if (registration.getType().isArray()) {
                out.writeByte(ARRAY);
                writeClass(out, registration.getType().getComponentType());
            } else {
                out.writeByte(LISTED);
                writeListed(out, registration.getType());
            }
            return registration;
        }

        private void writeListed(Output out, Class<?> type) {
            Integer index = written.putIfAbsent(type, written.size());
            if (index != null) {
                out.writeVarInt(index, true);
                return;
            }
            out.writeVarInt(written.size() - 1, true);
            Long listed = classes.listedId(type);
            out.writeLong(listed != null ? listed : classes.packageId(type));
            out.writeString(listed != null ? null : type.getName());
        }

        @Override
        public @Nullable Registration readClass(Input in) {
            int kind = in.readVarInt(true);
            return switch (kind) {
                case 0 -> null;
                case LISTED -> kryo.getRegistration(readListed((WireInput) in));
                case ARRAY -> readArray((WireInput) in);
                default -> {
                    Registration registration = getRegistration(kind - BUILT_IN);
                    if (registration == null) {
                        throw new KryoException("Unknown class");
                    }
                    yield registration;
                }
            };
        }

        private Registration readArray(WireInput in) {
            in.enter();
            Registration component = readClass(in);
            in.leave();
            if (component == null || component.getType() == void.class) {
                throw new KryoException("Array of nothing");
            }
            return kryo.getRegistration(component.getType().arrayType());
        }

        private Class<?> readListed(WireInput in) {
            int index = in.readVarInt(true);
            if (index != read.size()) {
                return read.get(index);
            }
            long id = in.readLong();
            String name = in.readString();
            Class<?> type = name == null ? classes.byId(id) : classes.byName(name, id);
            if (type == null) {
                throw new KryoException("Unknown class " + (name == null ? Long.toHexString(id) : name));
            }
            read.add(type);
            return type;
        }

        @Override
        public void reset() {
            written.clear();
            read.clear();
            super.reset();
        }
    }

    private static final class ScalarSerializer extends ImmutableSerializer<Object> {

        private final Scalar<?> scalar;

        ScalarSerializer(Scalar<?> scalar) {
            this.scalar = scalar;
        }

        @Override
        public void write(Kryo kryo, Output out, Object value) {
            scalar.write((WireOutput) out, value);
        }

        @Override
        public Object read(Kryo kryo, Input in, Class<? extends Object> type) {
            return scalar.read((WireInput) in);
        }
    }

    /** Written by ordinal: the id of the class covers the names and order of its constants. */
    private static final class EnumSerializer extends ImmutableSerializer<Object> {

        @Override
        public void write(Kryo kryo, Output out, Object value) {
            out.writeVarInt(((Enum<?>) value).ordinal(), true);
        }

        @Override
        public Object read(Kryo kryo, Input in, Class<? extends Object> type) {
            return type.getEnumConstants()[in.readVarInt(true)];
        }
    }

    /** Arrays of objects; arrays of primitives are scalars. */
    private static final class ArraySerializer extends Serializer<Object> {

        @Override
        public void write(Kryo kryo, Output out, Object value) {
            Object[] elements = (Object[]) value;
            out.writeVarInt(elements.length, true);
            for (Object element : elements) {
                kryo.writeClassAndObject(out, element);
            }
        }

        @Override
        public Object read(Kryo kryo, Input in, Class<? extends Object> type) {
            int length = ((WireInput) in).readCount(8);
            Object[] elements = (Object[]) Array.newInstance(type.getComponentType(), length);
            kryo.reference(elements);
            for (int i = 0; i < length; i++) {
                elements[i] = kryo.readClassAndObject(in);
            }
            return elements;
        }
    }

    /** For classes that only occur as component types of arrays. */
    private static final class NoInstances extends Serializer<Object> {

        @Override
        public void write(Kryo kryo, Output out, Object value) {
            throw ClassList.refused(value.getClass());
        }

        @Override
        public Object read(Kryo kryo, Input in, Class<? extends Object> type) {
            throw new KryoException("No instances of " + type.getName());
        }
    }
}
