package io.github.hibernateredis.codec;

import com.esotericsoftware.kryo.KryoException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.UnknownHostException;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Currency;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A JDK value class with a fixed form: only the value is stored, and no internals of the class. Looked up by the exact
 * class, so a subclass never counts as its superclass.
 *
 * @param tag identifies the class in self-describing forms. Part of the format: the meaning of a tag never changes
 * @param type the class; for families of hidden classes their public superclass
 */
record Scalar<T>(int tag, Class<T> type, Writer<T> writer, Reader<T> reader) {

    @FunctionalInterface
    interface Writer<T> {
        void write(WireOutput out, T value);
    }

    @FunctionalInterface
    interface Reader<T> {
        T read(WireInput in);
    }

    /** The first tag; lower ones belong to {@link Values}. */
    static final int FIRST_TAG = 16;

    /**
     * No database has larger scales. The digits of an arbitrary scale, which any calculation writes out, would fill the
     * heap.
     */
    private static final int MAX_SCALE = 1 << 17;

    /** In seconds: the offsets of nearly all time zones are multiples of it. */
    private static final int QUARTER = 15 * 60;

    /** The nanoseconds of a second, a millisecond, a microsecond and a nanosecond. */
    private static final long[] NANOS = {1_000_000_000L, 1_000_000L, 1_000L, 1L};

    private static final Map<Class<?>, Scalar<?>> BY_CLASS = new HashMap<>();
    private static final List<Scalar<?>> BY_TAG = new ArrayList<>();

    static {
        add(Boolean.class, WireOutput::writeBoolean, WireInput::readBoolean);
        add(Byte.class, (out, value) -> out.writeByte(value), WireInput::readByte);
        add(Short.class, (out, value) -> out.writeShort(value), WireInput::readShort);
        add(Integer.class, (out, value) -> out.writeVarInt(value, false), in -> in.readVarInt(false));
        add(Long.class, (out, value) -> out.writeVarLong(value, false), in -> in.readVarLong(false));
        add(Float.class, WireOutput::writeFloat, WireInput::readFloat);
        add(Double.class, WireOutput::writeDouble, WireInput::readDouble);
        add(Character.class, WireOutput::writeChar, WireInput::readChar);
        add(String.class, WireOutput::writeString, WireInput::readText);
        add(
                BigInteger.class,
                (out, value) -> writeBytes(out, value.toByteArray()),
                in -> new BigInteger(readBytes(in)));
        add(BigDecimal.class, Scalar::writeDecimal, Scalar::readDecimal);
        add(UUID.class, Scalar::writeUuid, in -> new UUID(in.readLong(), in.readLong()));

        add(LocalDate.class, (out, value) -> out.writeVarLong(value.toEpochDay(), false), Scalar::readLocalDate);
        add(LocalTime.class, (out, value) -> writeNanos(out, value.toNanoOfDay()), Scalar::readLocalTime);
        add(LocalDateTime.class, Scalar::writeLocalDateTime, Scalar::readLocalDateTime);
        add(Instant.class, Scalar::writeInstant, Scalar::readInstant);
        add(OffsetDateTime.class, Scalar::writeOffsetDateTime, Scalar::readOffsetDateTime);
        add(OffsetTime.class, Scalar::writeOffsetTime, Scalar::readOffsetTime);
        add(ZonedDateTime.class, Scalar::writeZonedDateTime, Scalar::readZonedDateTime);
        add(Duration.class, Scalar::writeDuration, Scalar::readDuration);
        add(Period.class, Scalar::writePeriod, Scalar::readPeriod);
        add(Year.class, (out, value) -> out.writeVarInt(value.getValue(), false), in -> Year.of(in.readVarInt(false)));
        add(YearMonth.class, Scalar::writeYearMonth, Scalar::readYearMonth);
        add(MonthDay.class, Scalar::writeMonthDay, Scalar::readMonthDay);
        add(ZoneOffset.class, Scalar::writeOffset, Scalar::readOffset);
        add(ZoneId.class, (out, value) -> out.writeString(value.getId()), in -> ZoneId.of(in.readText()));
        alias(ZoneId.class, ZoneId.of("Europe/Paris").getClass());

        add(
                Date.class,
                (out, value) -> out.writeVarLong(value.getTime(), false),
                in -> new Date(in.readVarLong(false)));
        add(
                java.sql.Date.class,
                (out, value) -> out.writeVarLong(value.getTime(), false),
                in -> new java.sql.Date(in.readVarLong(false)));
        add(
                Time.class,
                (out, value) -> out.writeVarLong(value.getTime(), false),
                in -> new Time(in.readVarLong(false)));
        add(Timestamp.class, Scalar::writeTimestamp, Scalar::readTimestamp);
        add(GregorianCalendar.class, Scalar::writeCalendar, Scalar::readCalendar);
        add(TimeZone.class, Scalar::writeTimeZone, Scalar::readTimeZone);
        alias(TimeZone.class, TimeZone.getTimeZone("Europe/Paris").getClass());

        add(Locale.class, Scalar::writeLocale, Scalar::readLocale);
        add(Currency.class, (out, value) -> out.writeString(value.getCurrencyCode()), Scalar::readCurrency);
        add(URI.class, (out, value) -> out.writeString(value.toString()), in -> URI.create(in.readText()));
        add(URL.class, (out, value) -> out.writeString(value.toExternalForm()), Scalar::readUrl);
        add(InetAddress.class, Scalar::writeAddress, Scalar::readAddress);
        alias(InetAddress.class, java.net.Inet4Address.class);
        alias(InetAddress.class, Inet6Address.class);
        add(BitSet.class, (out, value) -> writeBytes(out, value.toByteArray()), in -> BitSet.valueOf(readBytes(in)));

        add(byte[].class, Scalar::writeBytes, Scalar::readBytes);
        add(boolean[].class, Scalar::writeBooleans, Scalar::readBooleans);
        add(char[].class, Scalar::writeChars, Scalar::readChars);
        add(short[].class, Scalar::writeShorts, Scalar::readShorts);
        add(int[].class, Scalar::writeInts, Scalar::readInts);
        add(long[].class, Scalar::writeLongs, Scalar::readLongs);
        add(float[].class, Scalar::writeFloats, Scalar::readFloats);
        add(double[].class, Scalar::writeDoubles, Scalar::readDoubles);
    }

    private static <T> void add(Class<T> type, Writer<T> writer, Reader<T> reader) {
        Scalar<T> scalar = new Scalar<>(FIRST_TAG + BY_TAG.size(), type, writer, reader);
        BY_TAG.add(scalar);
        BY_CLASS.put(type, scalar);
    }

    private static void alias(Class<?> type, Class<?> runtimeClass) {
        BY_CLASS.put(runtimeClass, BY_CLASS.get(type));
    }

    /** The scalar for exactly this class; null if there is none. */
    static @Nullable Scalar<?> of(Class<?> runtimeClass) {
        return BY_CLASS.get(runtimeClass);
    }

    static @Nullable Scalar<?> tagged(int tag) {
        int index = tag - FIRST_TAG;
        return index >= 0 && index < BY_TAG.size() ? BY_TAG.get(index) : null;
    }

    static List<Scalar<?>> all() {
        return BY_TAG;
    }

    /** @param value an instance of this scalar's class; the caller has checked that */
    void write(WireOutput out, Object value) {
        writer.write(out, type.cast(value));
    }

    T read(WireInput in) {
        return reader.read(in);
    }

    private static void writeBytes(WireOutput out, byte[] bytes) {
        out.writeVarInt(bytes.length, true);
        out.writeBytes(bytes);
    }

    private static byte[] readBytes(WireInput in) {
        return in.readBytes(in.readVarInt(true));
    }

    /** Writes twice the scale, plus one if the unscaled value is written as bytes because it exceeds a long. */
    private static void writeDecimal(WireOutput out, BigDecimal value) {
        if (Math.abs((long) value.scale()) > MAX_SCALE) {
            throw new UncacheableValueException("A decimal of the scale " + value.scale() + " cannot be cached");
        }
        BigInteger unscaled = value.unscaledValue();
        boolean large = unscaled.bitLength() >= Long.SIZE;
        out.writeVarInt(value.scale() * 2 + (large ? 1 : 0), false);
        if (large) {
            writeBytes(out, unscaled.toByteArray());
        } else {
            out.writeVarLong(unscaled.longValue(), false);
        }
    }

    private static BigDecimal readDecimal(WireInput in) {
        int form = in.readVarInt(false);
        int scale = form >> 1;
        if (Math.abs((long) scale) > MAX_SCALE) {
            throw new KryoException("Decimal of the scale " + scale);
        }
        return (form & 1) == 0
                ? BigDecimal.valueOf(in.readVarLong(false), scale)
                : new BigDecimal(new BigInteger(readBytes(in)), scale);
    }

    /**
     * Writes nanoseconds in the largest unit that is exact, since few clocks and columns are finer than milliseconds:
     * four times the number of units, plus the index of the unit.
     */
    private static void writeNanos(WireOutput out, long nanos) {
        int unit = 0;
        while (nanos % NANOS[unit] != 0) {
            unit++;
        }
        out.writeVarLong(nanos / NANOS[unit] << 2 | unit, true);
    }

    private static long readNanos(WireInput in) {
        long form = in.readVarLong(true);
        return Math.multiplyExact(form >>> 2, NANOS[(int) form & 3]);
    }

    private static int readNanosOfSecond(WireInput in) {
        long nanos = readNanos(in);
        if (nanos >= NANOS[0]) {
            throw new KryoException("More than a second");
        }
        return (int) nanos;
    }

    private static void writeUuid(WireOutput out, UUID value) {
        out.writeLong(value.getMostSignificantBits());
        out.writeLong(value.getLeastSignificantBits());
    }

    private static LocalDate readLocalDate(WireInput in) {
        return LocalDate.ofEpochDay(in.readVarLong(false));
    }

    private static LocalTime readLocalTime(WireInput in) {
        return LocalTime.ofNanoOfDay(readNanos(in));
    }

    private static void writeLocalDateTime(WireOutput out, LocalDateTime value) {
        out.writeVarLong(value.toLocalDate().toEpochDay(), false);
        writeNanos(out, value.toLocalTime().toNanoOfDay());
    }

    private static LocalDateTime readLocalDateTime(WireInput in) {
        return LocalDateTime.of(readLocalDate(in), readLocalTime(in));
    }

    private static void writeInstant(WireOutput out, Instant value) {
        out.writeVarLong(value.getEpochSecond(), false);
        writeNanos(out, value.getNano());
    }

    private static Instant readInstant(WireInput in) {
        return Instant.ofEpochSecond(in.readVarLong(false), readNanosOfSecond(in));
    }

    /** Writes twice the number of quarter hours or, if there is a remainder, twice the seconds plus one. */
    private static void writeOffset(WireOutput out, ZoneOffset value) {
        int seconds = value.getTotalSeconds();
        out.writeVarInt(seconds % QUARTER == 0 ? seconds / QUARTER * 2 : seconds * 2 + 1, false);
    }

    private static ZoneOffset readOffset(WireInput in) {
        int form = in.readVarInt(false);
        return ZoneOffset.ofTotalSeconds((form & 1) == 0 ? Math.multiplyExact(form >> 1, QUARTER) : form >> 1);
    }

    private static void writeOffsetDateTime(WireOutput out, OffsetDateTime value) {
        writeLocalDateTime(out, value.toLocalDateTime());
        writeOffset(out, value.getOffset());
    }

    private static OffsetDateTime readOffsetDateTime(WireInput in) {
        return OffsetDateTime.of(readLocalDateTime(in), readOffset(in));
    }

    private static void writeOffsetTime(WireOutput out, OffsetTime value) {
        writeNanos(out, value.toLocalTime().toNanoOfDay());
        writeOffset(out, value.getOffset());
    }

    private static OffsetTime readOffsetTime(WireInput in) {
        return OffsetTime.of(readLocalTime(in), readOffset(in));
    }

    private static void writeZonedDateTime(WireOutput out, ZonedDateTime value) {
        writeLocalDateTime(out, value.toLocalDateTime());
        writeOffset(out, value.getOffset());
        out.writeString(value.getZone().getId());
    }

    private static ZonedDateTime readZonedDateTime(WireInput in) {
        return ZonedDateTime.ofInstant(readLocalDateTime(in), readOffset(in), ZoneId.of(in.readText()));
    }

    private static void writeDuration(WireOutput out, Duration value) {
        out.writeVarLong(value.getSeconds(), false);
        writeNanos(out, value.getNano());
    }

    private static Duration readDuration(WireInput in) {
        return Duration.ofSeconds(in.readVarLong(false), readNanosOfSecond(in));
    }

    private static void writePeriod(WireOutput out, Period value) {
        out.writeVarInt(value.getYears(), false);
        out.writeVarInt(value.getMonths(), false);
        out.writeVarInt(value.getDays(), false);
    }

    private static Period readPeriod(WireInput in) {
        return Period.of(in.readVarInt(false), in.readVarInt(false), in.readVarInt(false));
    }

    private static void writeYearMonth(WireOutput out, YearMonth value) {
        out.writeVarInt(value.getYear(), false);
        out.writeByte(value.getMonthValue());
    }

    private static YearMonth readYearMonth(WireInput in) {
        return YearMonth.of(in.readVarInt(false), in.readByte());
    }

    private static void writeMonthDay(WireOutput out, MonthDay value) {
        out.writeByte(value.getMonthValue());
        out.writeByte(value.getDayOfMonth());
    }

    private static MonthDay readMonthDay(WireInput in) {
        return MonthDay.of(in.readByte(), in.readByte());
    }

    private static void writeTimestamp(WireOutput out, Timestamp value) {
        out.writeVarLong(Math.floorDiv(value.getTime(), 1000L), false);
        writeNanos(out, value.getNanos());
    }

    private static Timestamp readTimestamp(WireInput in) {
        Timestamp value = new Timestamp(Math.multiplyExact(in.readVarLong(false), 1000L));
        value.setNanos(readNanosOfSecond(in));
        return value;
    }

    private static void writeCalendar(WireOutput out, GregorianCalendar value) {
        out.writeVarLong(value.getTimeInMillis(), false);
        writeTimeZone(out, value.getTimeZone());
        out.writeBoolean(value.isLenient());
        out.writeByte(value.getFirstDayOfWeek());
        out.writeByte(value.getMinimalDaysInFirstWeek());
        out.writeVarLong(value.getGregorianChange().getTime(), false);
    }

    private static GregorianCalendar readCalendar(WireInput in) {
        long millis = in.readVarLong(false);
        GregorianCalendar value = new GregorianCalendar(readTimeZone(in));
        value.setLenient(in.readBoolean());
        value.setFirstDayOfWeek(in.readByte());
        value.setMinimalDaysInFirstWeek(in.readByte());
        value.setGregorianChange(new Date(in.readVarLong(false)));
        value.setTimeInMillis(millis);
        return value;
    }

    private static void writeTimeZone(WireOutput out, TimeZone value) {
        if (!TimeZone.getTimeZone(value.getID()).hasSameRules(value)) {
            throw new UncacheableValueException("A time zone with custom rules cannot be cached: " + value.getID());
        }
        out.writeString(value.getID());
    }

    private static TimeZone readTimeZone(WireInput in) {
        return TimeZone.getTimeZone(in.readText());
    }

    /** Writes a language tag if that loses nothing, otherwise the parts of a legacy locale. */
    private static void writeLocale(WireOutput out, Locale value) {
        String tag = value.toLanguageTag();
        if (Locale.forLanguageTag(tag).equals(value)) {
            out.writeString(tag);
            return;
        }
        out.writeString(null);
        out.writeString(value.getLanguage());
        out.writeString(value.getCountry());
        out.writeString(value.getVariant());
        if (!new Locale(value.getLanguage(), value.getCountry(), value.getVariant()).equals(value)) {
            throw new UncacheableValueException("A locale without a language tag cannot be cached: " + value);
        }
    }

    private static Locale readLocale(WireInput in) {
        String tag = in.readString();
        return tag != null ? Locale.forLanguageTag(tag) : new Locale(in.readText(), in.readText(), in.readText());
    }

    private static Currency readCurrency(WireInput in) {
        return Currency.getInstance(in.readText());
    }

    private static URL readUrl(WireInput in) {
        try {
            return new URL(in.readText());
        } catch (MalformedURLException e) {
            throw new KryoException(e);
        }
    }

    /** Writes the address only: the host name is not part of equality, and reading it may send a network request. */
    private static void writeAddress(WireOutput out, InetAddress value) {
        writeBytes(out, value.getAddress());
        out.writeVarInt(value instanceof Inet6Address six ? six.getScopeId() : 0, true);
    }

    private static InetAddress readAddress(WireInput in) {
        byte[] address = readBytes(in);
        int scope = in.readVarInt(true);
        try {
            return scope == 0 ? InetAddress.getByAddress(address) : Inet6Address.getByAddress(null, address, scope);
        } catch (UnknownHostException e) {
            throw new KryoException(e);
        }
    }

    private static void writeBooleans(WireOutput out, boolean[] value) {
        out.writeVarInt(value.length, true);
        out.writeBooleans(value, 0, value.length);
    }

    private static boolean[] readBooleans(WireInput in) {
        return in.readBooleans(in.readCount(Byte.SIZE));
    }

    private static void writeChars(WireOutput out, char[] value) {
        out.writeVarInt(value.length, true);
        out.writeChars(value, 0, value.length);
    }

    private static char[] readChars(WireInput in) {
        return in.readChars(in.readCount(Character.SIZE));
    }

    private static void writeShorts(WireOutput out, short[] value) {
        out.writeVarInt(value.length, true);
        out.writeShorts(value, 0, value.length);
    }

    private static short[] readShorts(WireInput in) {
        return in.readShorts(in.readCount(Short.SIZE));
    }

    private static void writeInts(WireOutput out, int[] value) {
        out.writeVarInt(value.length, true);
        out.writeInts(value, 0, value.length);
    }

    private static int[] readInts(WireInput in) {
        return in.readInts(in.readCount(Integer.SIZE));
    }

    private static void writeLongs(WireOutput out, long[] value) {
        out.writeVarInt(value.length, true);
        out.writeLongs(value, 0, value.length);
    }

    private static long[] readLongs(WireInput in) {
        return in.readLongs(in.readCount(Long.SIZE));
    }

    private static void writeFloats(WireOutput out, float[] value) {
        out.writeVarInt(value.length, true);
        out.writeFloats(value, 0, value.length);
    }

    private static float[] readFloats(WireInput in) {
        return in.readFloats(in.readCount(Float.SIZE));
    }

    private static void writeDoubles(WireOutput out, double[] value) {
        out.writeVarInt(value.length, true);
        out.writeDoubles(value, 0, value.length);
    }

    private static double[] readDoubles(WireInput in) {
        return in.readDoubles(in.readCount(Double.SIZE));
    }
}
