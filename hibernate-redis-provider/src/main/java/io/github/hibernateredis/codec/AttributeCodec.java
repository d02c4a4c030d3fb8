package io.github.hibernateredis.codec;

import com.esotericsoftware.kryo.KryoException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
import org.hibernate.property.access.internal.PropertyAccessStrategyBackRefImpl;
import org.jspecify.annotations.Nullable;

/**
 * Encodes one position of a state array, in the form that its mapped type suggests.
 *
 * <p>A row is written as two bits for each position: null, in the codec's own form, in the self-describing form of
 * {@link Values}, or not fetched. The values follow.
 */
sealed interface AttributeCodec {

    int NULL = 0;
    int OWN = 1;
    int TAGGED = 2;
    int UNFETCHED = 3;

    /** Whether the codec's own form keeps this value exactly. */
    boolean accepts(Object value);

    /** Which other values this position may contain, in the self-describing form. */
    DeclaredType declared();

    void write(WireOutput out, Object value);

    Object read(WireInput in);

    /** The description of the codec's form for the fingerprint; the same on every JVM. */
    String description();

    /** @param type the scalar that recognizes and writes the values */
    record OfScalar(Scalar<?> type, DeclaredType declared) implements AttributeCodec {

        @Override
        public boolean accepts(Object value) {
            return Scalar.of(value.getClass()) == type;
        }

        @Override
        public void write(WireOutput out, Object value) {
            type.write(out, value);
        }

        @Override
        public Object read(WireInput in) {
            return type.read(in);
        }

        @Override
        public String description() {
            return type.type().getTypeName();
        }
    }

    /** Written by ordinal; the fingerprint contains the names. */
    record OfEnum(Class<?> type, Object[] constants, DeclaredType declared) implements AttributeCodec {

        OfEnum(Class<?> type, DeclaredType declared) {
            this(type, type.getEnumConstants(), declared);
        }

        @Override
        public boolean accepts(Object value) {
            return value instanceof Enum<?> constant && constant.getDeclaringClass() == type;
        }

        @Override
        public void write(WireOutput out, Object value) {
            out.writeVarInt(((Enum<?>) value).ordinal(), true);
        }

        @Override
        public Object read(WireInput in) {
            return constants[in.readVarInt(true)];
        }

        @Override
        public String description() {
            return Arrays.stream(constants)
                    .map(constant -> ((Enum<?>) constant).name())
                    .collect(Collectors.joining(",", type.getName() + '[', "]"));
        }
    }

    /**
     * An embeddable. A polymorphic one has the discriminator's value after the attributes.
     *
     * @param primitive which attributes cannot be null
     */
    record OfEmbeddable(AttributeCodec[] codecs, boolean[] primitive, Values values) implements AttributeCodec {

        @Override
        public DeclaredType declared() {
            return DeclaredType.NOTHING; // the ORM always disassembles embeddables into arrays
        }

        @Override
        public boolean accepts(Object value) {
            return value.getClass() == Object[].class && ((Object[]) value).length >= codecs.length;
        }

        @Override
        public void write(WireOutput out, Object value) {
            Object[] state = (Object[]) value;
            out.enter();
            out.writeVarInt(state.length - codecs.length, true);
            writeRow(out, state, codecs.length, codecs, values);
            for (int i = codecs.length; i < state.length; i++) {
                values.write(out, state[i]);
            }
            out.leave();
        }

        @Override
        public Object read(WireInput in) {
            in.enter();
            int more = in.readCount(8);
            Object[] state = new Object[codecs.length + more];
            readRow(in, state, codecs.length, codecs, values);
            checkNulls(state, primitive);
            checkPlaceholders(state);
            for (int i = codecs.length; i < state.length; i++) {
                state[i] = values.read(in);
            }
            in.leave();
            return state;
        }

        @Override
        public String description() {
            return Arrays.stream(codecs).map(AttributeCodec::description).collect(Collectors.joining(",", "(", ")"));
        }
    }

    /** Any other type. */
    record OfAnything(Values values, String typeName, DeclaredType declared) implements AttributeCodec {

        @Override
        public boolean accepts(Object value) {
            return false;
        }

        @Override
        public void write(WireOutput out, Object value) {
            values.write(out, value);
        }

        @Override
        public Object read(WireInput in) {
            throw new IllegalStateException("This type has no dedicated stored form");
        }

        @Override
        public String description() {
            return "any " + typeName;
        }
    }

    /** @param codecs used in turn, and from the start again if there are more values than codecs */
    static void writeRow(WireOutput out, @Nullable Object[] state, int length, AttributeCodec[] codecs, Values values) {
        int header = out.position();
        byte[] forms = new byte[(length + 3) / 4];
        out.writeBytes(forms);
        for (int i = 0; i < length; i++) {
            Object value = state[i];
            AttributeCodec codec = codecs[i % codecs.length];
            int form;
            if (value == null) {
                form = NULL;
            } else if (value == LazyPropertyInitializer.UNFETCHED_PROPERTY) {
                form = UNFETCHED;
            } else if (codec.accepts(value)) {
                form = OWN;
                codec.write(out, value);
            } else if (value != PropertyAccessStrategyBackRefImpl.UNKNOWN
                    && !codec.declared().storable(value)) {
                throw new UncacheableValueException("A value of "
                        + value.getClass().getName() + " was found where the mapping declares " + codec.description());
            } else {
                form = TAGGED;
                values.write(out, value);
            }
            out.getBuffer()[header + i / 4] |= (byte) (form << 2 * (i % 4));
        }
    }

    static void readRow(WireInput in, @Nullable Object[] state, int length, AttributeCodec[] codecs, Values values) {
        byte[] forms = in.readClaimed((length + 3) / 4);
        for (int i = 0; i < length; i++) {
            state[i] = switch (forms[i / 4] >> 2 * (i % 4) & 3) {
                case NULL -> null;
                case OWN -> codecs[i % codecs.length].read(in);
                case TAGGED -> readTagged(in, codecs[i % codecs.length], values);
                default -> LazyPropertyInitializer.UNFETCHED_PROPERTY;
            };
        }
    }

    private static @Nullable Object readTagged(WireInput in, AttributeCodec codec, Values values) {
        Object value = values.read(in);
        if (value == null || isPlaceholder(value) || codec.declared().admits(value)) {
            return value;
        }
        throw new KryoException(value.getClass().getName() + " where the mapping declares " + codec.description());
    }

    private static boolean isPlaceholder(@Nullable Object value) {
        return value == LazyPropertyInitializer.UNFETCHED_PROPERTY
                || value == PropertyAccessStrategyBackRefImpl.UNKNOWN;
    }

    /** Rejects the ORM's placeholders, which are only valid among the attributes of an entity. */
    static void checkPlaceholders(@Nullable Object[] state) {
        for (Object value : state) {
            if (isPlaceholder(value)) {
                throw new KryoException("A placeholder outside of an entity");
            }
        }
    }

    static void checkNulls(@Nullable Object[] state, boolean[] primitive) {
        for (int i = 0; i < primitive.length; i++) {
            if (primitive[i] && state[i] == null) {
                throw new KryoException("Null in a primitive attribute");
            }
        }
    }

    static Serializable[] readState(WireInput in, int length, AttributeCodec[] codecs, Values values) {
        Serializable[] state = new Serializable[length];
        readRow(in, state, length, codecs, values);
        return state;
    }
}
