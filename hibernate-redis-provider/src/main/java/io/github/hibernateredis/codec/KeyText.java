package io.github.hibernateredis.codec;

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
import org.hibernate.metamodel.MappingMetamodel;
import org.hibernate.metamodel.mapping.JdbcMapping;
import org.hibernate.type.BasicType;
import org.hibernate.type.CompositeType;
import org.hibernate.type.CustomType;
import org.hibernate.type.EntityType;
import org.hibernate.type.Type;
import org.hibernate.type.descriptor.converter.spi.BasicValueConverter;
import org.hibernate.usertype.EnhancedUserType;
import org.jspecify.annotations.Nullable;

/**
 * The canonical text of identifiers. Within one role a position always holds the same type, so the text need not tell
 * types apart; it must be the same for values that the ORM's type holds to be equal, and different otherwise:
 * <ul>
 *   <li>numbers in decimal, a {@code BigDecimal} without trailing zeros; enums by constant; bytes as base64url;
 *   <li>{@code java.util.Date} and {@code Timestamp} as the local time that stands in the database, in {@code
 *       hibernate.jdbc.time_zone} or the JVM's zone, with a mark for the later of two equal ones when clocks go back;
 *       {@code java.sql.Date} and {@code Time} as date and time; calendars by their fields; {@code java.time} as it
 *       prints itself;
 *   <li>a value of a class of the application's own as what its attribute converter makes of it or its {@code
 *       EnhancedUserType} prints.
 * </ul>
 */
final class KeyText {

    /** Longer items are replaced by a hash, which keeps fields of the Redis hash small. */
    private static final int MAX_BYTES = 64;

    private static final int HASH_BYTES = 16;
    private static final String RESERVED = "%#|~!,()";
    private static final Base64.Encoder BASE_64 = Base64.getUrlEncoder().withoutPadding();

    private final StringBuilder out;
    private final ZoneId zone;
    private final MappingMetamodel metamodel;

    KeyText(StringBuilder out, ZoneId zone, MappingMetamodel metamodel) {
        this.out = out;
        this.zone = zone;
        this.metamodel = metamodel;
    }

    /**
     * @param value a disassembled value
     * @param type its type if that is known
     * @throws UncacheableValueException if the value has no canonical text
     */
    void append(@Nullable Object value, @Nullable Type type) {
        if (value == null) {
            out.append("%-");
        } else if (value instanceof Object[] values && !(value instanceof Byte[] || value instanceof Character[])) {
            appendAll(values, type);
        } else {
            String text = text(value);
            if (text != null) {
                appendText(text);
            } else {
                append(relational(value, type), null);
            }
        }
    }

    private void appendAll(Object[] values, @Nullable Type type) {
        Type[] subtypes = subtypes(type);
        out.append('(');
        for (int i = 0; i < values.length; i++) {
            if (i > 0) {
                out.append(',');
            }
            append(values[i], i < subtypes.length ? subtypes[i] : null);
        }
        out.append(')');
    }

    private Type[] subtypes(@Nullable Type type) {
        if (type instanceof CompositeType composite) {
            return composite.getSubtypes();
        } else if (type instanceof EntityType association) {
            return subtypes(metamodel
                    .getEntityDescriptor(association.getAssociatedEntityName())
                    .getIdentifierType());
        }
        return new Type[0];
    }

    private void appendText(String text) {
        if (text.isEmpty()) {
            out.append("%_");
        } else {
            escape(out, text);
        }
    }

    /** Null if the class is not one with a canonical text. */
    private @Nullable String text(Object value) {
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

    private static @Nullable String arrayText(Object value) {
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

    /** In plain notation unless the exponent is one that nobody would write out. */
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
        ZonedDateTime zoned = Instant.ofEpochSecond(seconds, nanos).atZone(zone);
        LocalDateTime local = zoned.toLocalDateTime();
        boolean later = !zoned.withEarlierOffsetAtOverlap().getOffset().equals(zoned.getOffset());
        return later ? local + "*" : local.toString();
    }

    /** By what the ORM's types compare, which is the fields and neither the zone nor the instant. */
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

    private static Object relational(Object value, @Nullable Type type) {
        Object relational;
        try {
            relational = type instanceof BasicType<?> basic ? relational(value, basic) : null;
        } catch (ClassCastException e) {
            relational = null; // disassembled into something else
        }
        if (relational == null) {
            throw new UncacheableValueException(
                    "objects of class " + value.getClass().getName() + " have no canonical text;"
                            + " an attribute converter to a basic type or an EnhancedUserType would give one");
        }
        return relational;
    }

    private static @Nullable Object relational(Object value, BasicType<?> type) {
        BasicValueConverter<?, ?> converter = ((JdbcMapping) type).getValueConverter();
        if (converter != null) {
            return convert(converter, value);
        } else if (type instanceof CustomType<?> custom
                && custom.getUserType() instanceof EnhancedUserType<?> userType) {
            return print(userType, value);
        }
        return null;
    }

    @SuppressWarnings("unchecked")
    private static <D> @Nullable Object convert(BasicValueConverter<D, ?> converter, Object value) {
        return converter.toRelationalValue((D) value);
    }

    @SuppressWarnings("unchecked")
    private static <J> @Nullable Object print(EnhancedUserType<J> userType, Object value) {
        return userType.toString((J) value);
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

    /** The item itself or, if it is long, its hash behind a mark that no item begins with. */
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
