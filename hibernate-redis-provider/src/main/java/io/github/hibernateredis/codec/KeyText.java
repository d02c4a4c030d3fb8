package io.github.hibernateredis.codec;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.Arrays;
import java.util.Base64;
import java.util.Calendar;
import java.util.Currency;
import java.util.Date;
import java.util.Locale;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.mapping.JdbcMapping;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.BasicType;
import org.hibernate.type.ComponentType;
import org.hibernate.type.CompositeType;
import org.hibernate.type.CustomType;
import org.hibernate.type.EntityType;
import org.hibernate.type.Type;
import org.hibernate.type.descriptor.converter.spi.BasicValueConverter;
import org.hibernate.type.descriptor.java.JavaType;
import org.hibernate.usertype.EnhancedUserType;
import org.jspecify.annotations.Nullable;

/**
 * The canonical text of identifiers. Within one role a position always has the same type, so the text need not
 * distinguish types. It must be the same for values that are equal for the ORM's type, and different otherwise:
 * <ul>
 * <li>numbers in decimal, a {@code BigDecimal} without trailing zeros; enums by constant; bytes as base64url;
 * <li>{@code java.util.Date} and {@code Timestamp} as the local time in the database, in
 * {@code hibernate.jdbc.time_zone} or the JVM's zone, with a mark for the later of two equal times when clocks are set
 * back; {@code java.sql.Date} and {@code Time} as date and time; calendars by their fields; {@code java.time} as its
 * {@code toString()};
 * <li>a value of an application type as the first available of these: its disassembled form; the result of its
 * attribute converter; the text of its {@code EnhancedUserType}; {@code %=} and its JDBC value; {@code %s} and the text
 * of its {@code JavaType}.
 * </ul>
 *
 * <p>A disassembled form or a text from application code may lose a part of the value. So it is used only if it
 * converts back to an equal value, which is tested for each value.
 */
final class KeyText {

    /** Longer items are replaced by a hash, which keeps the fields of the Redis hash small. */
    private static final int MAX_BYTES = 64;

    private static final int HASH_BYTES = 16;
    private static final String RESERVED = "%#|~!,()";
    private static final Base64.Encoder BASE_64 = Base64.getUrlEncoder().withoutPadding();

    private final StringBuilder out;
    private final Supplier<ZoneId> zone;
    private final SessionFactoryImplementor factory;

    KeyText(StringBuilder out, Supplier<ZoneId> zone, SessionFactoryImplementor factory) {
        this.out = out;
        this.zone = zone;
        this.factory = factory;
    }

    /**
     * Appends the text of a value that has been disassembled.
     *
     * @param value the disassembled value
     * @param original the value before it was disassembled, null if unknown
     * @param type its type, null if unknown
     * @throws UncacheableValueException if the value has no canonical text
     */
    void append(@Nullable Object value, @Nullable Object original, @Nullable Type type) {
        if (value == null) {
            out.append("%-");
        } else if (type instanceof EntityType association) {
            EntityPersister persister = persister(association);
            append(value, identifier(original, association, persister), persister.getIdentifierType());
        } else if (value instanceof Object[] values && !(value instanceof Byte[] || value instanceof Character[])) {
            appendAll(values, original, type);
        } else {
            String text = text(value);
            if (text != null && isProven(value, original, type)) {
                appendText(text);
            } else {
                appendOwn(value, original, type);
            }
        }
    }

    private void appendAll(Object[] values, @Nullable Object original, @Nullable Type type) {
        Type[] subtypes = type instanceof CompositeType composite ? composite.getSubtypes() : new Type[0];
        Object[] originals = type instanceof ComponentType component ? parts(original, component) : new Object[0];
        out.append('(');
        for (int i = 0; i < values.length; i++) {
            if (i > 0) {
                out.append(',');
            }
            append(values[i], i < originals.length ? originals[i] : null, i < subtypes.length ? subtypes[i] : null);
        }
        out.append(')');
    }

    /**
     * The disassembled form of a value. If its type does not disassemble it, the value itself or its parts.
     *
     * @throws UncacheableValueException if the ORM has no disassembled form for such a type
     */
    static @Nullable Object disassemble(@Nullable Object value, Type type, SessionFactoryImplementor factory) {
        try {
            return type.disassemble(value, factory);
        } catch (RuntimeException e) {
            if (value != null && type instanceof ComponentType component) {
                Object[] parts = parts(value, component);
                for (int i = 0; i < parts.length; i++) {
                    parts[i] = disassemble(parts[i], component.getSubtypes()[i], factory);
                }
                if (parts.length > 0) {
                    return parts;
                }
            }
            // For instance an Integer for a Long, which not every version converts; its text is the same. Or an
            // application type without a disassembled form.
            if (e instanceof ClassCastException || type instanceof BasicType<?>) {
                return value;
            }
            throw new UncacheableValueException("the ORM gives no key of type " + type.getName(), e);
        }
    }

    /** None if the value does not belong to the component. */
    private static @Nullable Object[] parts(@Nullable Object value, ComponentType component) {
        try {
            return value == null
                    ? new Object[0]
                    : component.getPropertyValues(value).clone();
        } catch (RuntimeException e) {
            return new Object[0];
        }
    }

    private EntityPersister persister(EntityType association) {
        return factory.getRuntimeMetamodels()
                .getMappingMetamodel()
                .getEntityDescriptor(association.getAssociatedEntityName());
    }

    /**
     * Null if the value is not such an entity, as in the state of some identifiers, or if the reference uses another
     * key.
     */
    private static @Nullable Object identifier(
            @Nullable Object value, EntityType association, EntityPersister persister) {
        try {
            return value == null || !association.isReferenceToPrimaryKey()
                    ? null
                    : persister.getIdentifierMapping().getIdentifier(value);
        } catch (RuntimeException e) {
            return null;
        }
    }

    private void appendText(String text) {
        if (text.isEmpty()) {
            out.append("%_");
        } else {
            escape(out, text);
        }
    }

    /** Whether the text of the value, its {@code toString()}, is short and has no reserved character. */
    static boolean isShort(Object value) {
        return value instanceof Long || value instanceof Integer || value instanceof UUID;
    }

    /** Null if the class has no canonical text. */
    private @Nullable String text(@Nullable Object value) {
        if (value instanceof String || value instanceof Long || value instanceof Integer || value instanceof UUID) {
            return value.toString();
        } else if (value instanceof Enum<?> constant) {
            return constant.name();
        } else if (value instanceof BigDecimal decimal) {
            return decimal(decimal);
        } else if (value instanceof Date date) {
            return date(date);
        } else if (value instanceof Calendar calendar) {
            return calendar(calendar);
        } else if (value instanceof Short
                || value instanceof Byte
                || value instanceof Boolean
                || value instanceof Character
                || value instanceof Double
                || value instanceof Float
                || value instanceof BigInteger
                || value instanceof Currency
                || value instanceof Locale
                || value instanceof URI
                || value instanceof ZoneId) {
            return value.toString();
        } else if ((value instanceof TemporalAccessor || value instanceof TemporalAmount)
                && Scalar.of(value.getClass()) != null) {
            return value.toString();
        } else if (value instanceof TimeZone timeZone) {
            return timeZone.getID();
        } else if (value instanceof URL url) {
            return url.toExternalForm();
        } else if (value instanceof InetAddress address) {
            return address.getHostAddress();
        }
        return arrayText(value);
    }

    private static @Nullable String arrayText(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return BASE_64.encodeToString(bytes);
        } else if (value instanceof Byte[] boxed) {
            byte[] bytes = new byte[boxed.length];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = boxed[i];
            }
            return BASE_64.encodeToString(bytes);
        } else if (value instanceof char[] chars) {
            return new String(chars);
        } else if (value instanceof Character[] boxed) {
            StringBuilder text = new StringBuilder(boxed.length);
            Arrays.stream(boxed).forEach(text::append);
            return text.toString();
        }
        return null;
    }

    /** In plain notation, unless the exponent is too large to be written out. */
    private static String decimal(BigDecimal value) {
        BigDecimal stripped = value.stripTrailingZeros();
        return Math.abs((long) stripped.scale()) <= MAX_BYTES ? stripped.toPlainString() : stripped.toString();
    }

    private String date(Date value) {
        if (value instanceof java.sql.Date day) {
            return day.toLocalDate().toString();
        } else if (value instanceof Time time) {
            long millis = Math.floorMod(time.getTime(), 1000L);
            return time.toLocalTime().withNano((int) millis * 1_000_000).toString();
        }
        long seconds = Math.floorDiv(value.getTime(), 1000L);
        int nanos = value instanceof Timestamp timestamp
                ? timestamp.getNanos()
                : (int) Math.floorMod(value.getTime(), 1000L) * 1_000_000;
        ZonedDateTime zoned = Instant.ofEpochSecond(seconds, nanos).atZone(zone.get());
        LocalDateTime local = zoned.toLocalDateTime();
        boolean later = !zoned.withEarlierOffsetAtOverlap().getOffset().equals(zoned.getOffset());
        return later ? local + "*" : local.toString();
    }

    /** By what the ORM's types compare: the fields, but neither the zone nor the instant. */
    private static String calendar(Calendar value) {
        return String.format(
                Locale.ROOT,
                "%04d-%02d-%02dT%02d:%02d:%02d.%03d",
                value.get(Calendar.YEAR),
                value.get(Calendar.MONTH) + 1,
                value.get(Calendar.DAY_OF_MONTH),
                value.get(Calendar.HOUR_OF_DAY),
                value.get(Calendar.MINUTE),
                value.get(Calendar.SECOND),
                value.get(Calendar.MILLISECOND));
    }

    /** Whether a disassembled form from application code represents only this value. */
    private static boolean isProven(Object disassembled, @Nullable Object original, @Nullable Type type) {
        return original == null
                || original == disassembled
                || !(type instanceof BasicType<?> basic)
                || !isOwn(basic)
                || isEqual(original, () -> basic.assemble((Serializable) disassembled, null, null), basic);
    }

    private static boolean isOwn(BasicType<?> type) {
        Object maker = type instanceof CustomType<?> custom ? custom.getUserType() : type.getJavaTypeDescriptor();
        return !maker.getClass().getName().startsWith("org.hibernate.");
    }

    private static boolean isEqual(Object value, Callable<@Nullable Object> copy, BasicType<?> type) {
        try {
            Object made = copy.call();
            return made != null && type.isEqual(value, made);
        } catch (Exception e) {
            return false;
        }
    }

    private void appendOwn(Object value, @Nullable Object original, @Nullable Type type) {
        if (type instanceof BasicType<?> basic && appendOwn(original(value, original, basic), basic)) {
            return;
        }
        String ofType = type == null ? "" : " (type " + type.getName() + ")";
        throw new UncacheableValueException("Entries are not cached if their key contains an object of "
                + value.getClass().getName() + ofType
                + ", because its type has no form that is the same on every JVM. Let the type disassemble it into a"
                + " String, a number or another value class of the JDK, bind it as one, or be an EnhancedUserType"
                + " whose text can be parsed");
    }

    /** The value that a type's own methods accept. */
    private static Object original(Object value, @Nullable Object original, BasicType<?> type) {
        if (original == null && !type.getReturnedClass().isInstance(value)) {
            try {
                Object assembled = type.assemble((Serializable) value, null, null);
                return assembled == null ? value : assembled;
            } catch (RuntimeException e) {
                return value;
            }
        }
        return original == null ? value : original;
    }

    private boolean appendOwn(Object value, BasicType<?> type) {
        String text = orNull(() -> relationalText(value, type));
        if (text != null) {
            appendText(text);
            return true;
        }
        text = orNull(() -> text(BoundValue.of(type, value, factory)));
        if (text != null) {
            out.append("%=");
            appendText(text);
            return true;
        }
        text = orNull(() -> provenText(value, type));
        if (text != null) {
            out.append("%s");
            appendText(text);
        }
        return text != null;
    }

    /** Calls application code, which may fail for values of other types. */
    private static @Nullable String orNull(Callable<@Nullable String> maker) {
        try {
            return maker.call();
        } catch (Exception e) {
            return null;
        }
    }

    @SuppressWarnings("unchecked") // the value belongs to the type
    private <J, D> @Nullable String relationalText(Object value, BasicType<J> type) {
        var converter = (BasicValueConverter<D, ?>) ((JdbcMapping) type).getValueConverter();
        if (converter != null) {
            return text(converter.toRelationalValue((D) value));
        } else if (type instanceof CustomType<J> custom
                && custom.getUserType() instanceof EnhancedUserType<J> userType) {
            String text = userType.toString((J) value);
            return text != null && isEqual(value, () -> userType.fromStringValue(text), type) ? text : null;
        }
        return null;
    }

    @SuppressWarnings("unchecked")
    private static <J> @Nullable String provenText(Object value, BasicType<J> type) {
        JavaType<J> javaType = type.getJavaTypeDescriptor();
        String text = javaType.toString((J) value);
        return text != null && isEqual(value, () -> javaType.fromString(text), type) ? text : null;
    }

    static String escape(String text) {
        StringBuilder out = new StringBuilder(text.length());
        escape(out, text);
        return out.toString();
    }

    static void escape(StringBuilder out, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == 0x7F || RESERVED.indexOf(c) >= 0) {
                out.append('%').append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else if (!Character.isSurrogate(c)) {
                out.append(c);
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                out.append(c).append(text.charAt(++i));
            } else {
                out.append("%u").append(Integer.toHexString(c));
            }
        }
    }

    /** The item itself or, if it is long, its hash after a mark with which no item begins. */
    static String shortened(String item) {
        if (item.length() <= MAX_BYTES / 3) {
            return item;
        }
        byte[] bytes = item.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= MAX_BYTES ? item : "%*" + hash(bytes);
    }

    /** 128 bits of SHA-256 as 22 characters. */
    static String hash(byte[] bytes) {
        return BASE_64.encodeToString(Arrays.copyOf(Fingerprint.sha256().digest(bytes), HASH_BYTES));
    }
}
