package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Lob;
import jakarta.persistence.Temporal;
import jakarta.persistence.TemporalType;
import java.io.Serializable;
import java.lang.reflect.Field;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.net.URL;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Year;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Calendar;
import java.util.Currency;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TimeZone;
import java.util.UUID;
import java.util.stream.Stream;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.Nationalized;
import org.hibernate.annotations.TimeZoneStorage;
import org.hibernate.annotations.TimeZoneStorageType;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.type.SqlTypes;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.usertype.UserType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Attributes of every basic type: a value from the cache equals the value from the database. */
class BasicTypesIT {

    enum Colour {
        RED,
        GREEN {
            @Override
            boolean isPlant() {
                return true;
            }
        };

        boolean isPlant() {
            return false;
        }
    }

    record Money(BigDecimal amount, String currency) implements Serializable {}

    @Immutable
    public static final class MoneyConverter implements AttributeConverter<Money, String> {
        @Override
        public String convertToDatabaseColumn(Money money) {
            return money == null ? null : money.amount() + " " + money.currency();
        }

        @Override
        public Money convertToEntityAttribute(String column) {
            return column == null ? null : new Money(new BigDecimal(column.split(" ")[0]), column.split(" ")[1]);
        }
    }

    /** Mutable, and of a class that a cache cannot encode by itself. */
    static final class Tags {
        final StringBuilder text;

        Tags(String text) {
            this.text = new StringBuilder(text);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Tags that && text.compareTo(that.text) == 0;
        }

        @Override
        public int hashCode() {
            return text.toString().hashCode();
        }
    }

    public static final class TagsConverter implements AttributeConverter<Tags, String> {
        @Override
        public String convertToDatabaseColumn(Tags tags) {
            return tags == null ? null : tags.text.toString();
        }

        @Override
        public Tags convertToEntityAttribute(String column) {
            return column == null ? null : new Tags(column);
        }
    }

    /** A type that determines its own cached form. */
    public static final class BitSetType implements UserType<BitSet> {
        @Override
        public int getSqlType() {
            return Types.VARCHAR;
        }

        @Override
        public Class<BitSet> returnedClass() {
            return BitSet.class;
        }

        @Override
        public boolean equals(BitSet one, BitSet two) {
            return Objects.equals(one, two);
        }

        @Override
        public int hashCode(BitSet value) {
            return value.hashCode();
        }

        /** The signature in ORM 6. */
        public BitSet nullSafeGet(ResultSet row, int position, SharedSessionContractImplementor session, Object owner)
                throws SQLException {
            return read(row.getString(position));
        }

        /** The signature from ORM 7 on. */
        public BitSet nullSafeGet(ResultSet row, int position, WrapperOptions options) throws SQLException {
            return read(row.getString(position));
        }

        /** The signature in ORM 6. */
        public void nullSafeSet(
                PreparedStatement statement, BitSet value, int index, SharedSessionContractImplementor session)
                throws SQLException {
            statement.setString(index, (String) disassemble(value));
        }

        /** The signature from ORM 7 on. */
        public void nullSafeSet(PreparedStatement statement, BitSet value, int index, WrapperOptions options)
                throws SQLException {
            statement.setString(index, (String) disassemble(value));
        }

        @Override
        public BitSet deepCopy(BitSet value) {
            return value == null ? null : (BitSet) value.clone();
        }

        @Override
        public boolean isMutable() {
            return true;
        }

        @Override
        public Serializable disassemble(BitSet value) {
            return value == null ? null : Arrays.toString(value.toLongArray());
        }

        @Override
        public BitSet assemble(Serializable cached, Object owner) {
            return read((String) cached);
        }

        private static BitSet read(String text) {
            return text == null
                    ? null
                    : BitSet.valueOf(
                            Stream.of(text.substring(1, text.length() - 1).split(", "))
                                    .mapToLong(Long::parseLong)
                                    .toArray());
        }
    }

    record Point(int x, int y) implements Serializable {}

    @Entity(name = "Everything")
    @Cacheable
    static class Everything {
        @Id
        Long id;

        boolean primitiveBoolean;
        byte primitiveByte;
        short primitiveShort;
        char primitiveChar;
        int primitiveInt;
        long primitiveLong;
        float primitiveFloat;
        double primitiveDouble;

        Boolean aBoolean;
        Byte aByte;
        Short aShort;
        Character aCharacter;
        Integer anInteger;
        Long aLong;
        Float aFloat;
        Double aDouble;
        BigInteger bigInteger;
        BigDecimal bigDecimal;
        String string;

        @Nationalized
        String nationalized;

        byte[] bytes;
        char[] chars;

        @Lob
        String text;

        @Lob
        byte[] binary;

        @Enumerated(EnumType.ORDINAL)
        Colour ordinal;

        @Enumerated(EnumType.STRING)
        Colour named;

        Instant instant;
        LocalDate localDate;
        LocalTime localTime;
        LocalDateTime localDateTime;
        OffsetTime offsetTime;
        OffsetDateTime offsetDateTime;

        @TimeZoneStorage(TimeZoneStorageType.COLUMN)
        ZonedDateTime zonedDateTime;

        Duration duration;
        Year aYear;
        ZoneId zoneId;
        ZoneOffset zoneOffset;
        TimeZone timeZone;

        @Temporal(TemporalType.TIMESTAMP)
        Date date;

        @Temporal(TemporalType.DATE)
        Date dateOnly;

        @Temporal(TemporalType.TIMESTAMP)
        Calendar calendar;

        java.sql.Date sqlDate;
        java.sql.Time sqlTime;
        java.sql.Timestamp sqlTimestamp;

        UUID uuid;
        Locale locale;
        Currency currency;
        URL url;
        InetAddress address;
        Class<?> type;
        String[] strings;
        List<Integer> integers;
        double[] doubles;

        @Convert(converter = MoneyConverter.class)
        Money money;

        @Convert(converter = TagsConverter.class)
        Tags tags;

        @org.hibernate.annotations.Type(BitSetType.class)
        BitSet bits;

        @JdbcTypeCode(SqlTypes.JSON)
        Map<String, Object> jsonMap;

        @JdbcTypeCode(SqlTypes.JSON)
        List<String> jsonList;

        @JdbcTypeCode(SqlTypes.JSON)
        Point jsonPoint;
    }

    private static Nodes nodes;

    @BeforeAll
    static void start() {
        nodes = Nodes.start(Application.on("basic-types", Everything.class)
                .set(AvailableSettings.GLOBALLY_QUOTED_IDENTIFIERS, "true"));
        nodes.one.transact(session -> {
            session.persist(fill(new Everything(), 1, 1));
            Everything nothing = new Everything();
            nothing.id = 2L;
            session.persist(nothing);
        });
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    private static Everything fill(Everything it, long id, int seed) {
        it.id = id;
        it.primitiveBoolean = true;
        it.primitiveByte = (byte) -seed;
        it.primitiveShort = (short) seed;
        it.primitiveChar = (char) ('a' + seed);
        it.primitiveInt = Integer.MIN_VALUE + seed;
        it.primitiveLong = Long.MAX_VALUE - seed;
        it.primitiveFloat = seed / 3f;
        it.primitiveDouble = -seed / 3d;
        it.aBoolean = seed % 2 == 0;
        it.aByte = (byte) seed;
        it.aShort = (short) -seed;
        it.aCharacter = 'é';
        it.anInteger = seed;
        it.aLong = (long) seed << 40;
        it.aFloat = Float.MIN_VALUE * seed;
        it.aDouble = Math.PI * seed;
        it.bigInteger = BigInteger.TEN.pow(18).add(BigInteger.valueOf(seed));
        it.bigDecimal = new BigDecimal("12345.60").add(BigDecimal.valueOf(seed));
        it.string = "plain, ünïcödé, 日本語, \uD83D\uDE00 " + seed;
        it.nationalized = "Ж" + seed;
        it.bytes = new byte[] {0, -1, (byte) seed};
        it.chars = new char[] {'x', (char) ('0' + seed)};
        it.text = "long text ".repeat(1000) + seed;
        it.binary = ("binary ".repeat(1000) + seed).getBytes();
        it.ordinal = Colour.GREEN;
        it.named = seed % 2 == 0 ? Colour.RED : Colour.GREEN;
        it.instant = Instant.parse("2024-02-29T12:30:45.123456Z").plusSeconds(seed);
        it.localDate = LocalDate.of(1582, 10, 4).plusDays(seed);
        it.localTime = LocalTime.of(23, 59, 58).plusSeconds(seed % 2);
        it.localDateTime = LocalDateTime.of(2000, 1, 1, 0, 0, seed, 1000);
        it.offsetTime = OffsetTime.of(12, 0, seed, 0, ZoneOffset.ofHours(3));
        it.offsetDateTime = OffsetDateTime.of(2024, 6, 1, 12, 0, seed, 0, ZoneOffset.ofHours(-7));
        it.zonedDateTime = ZonedDateTime.of(2024, 6, 1, 12, 0, seed, 0, ZoneOffset.ofHours(5));
        it.duration = Duration.ofDays(3).plusNanos(seed);
        it.aYear = Year.of(1900 + seed);
        it.zoneId = ZoneId.of("Pacific/Auckland");
        it.zoneOffset = ZoneOffset.ofHoursMinutes(5, 30);
        it.timeZone = TimeZone.getTimeZone("America/New_York");
        it.date = new Date(1_700_000_000_123L + seed);
        it.dateOnly = java.sql.Date.valueOf(LocalDate.of(2023, 3, seed));
        it.calendar = Calendar.getInstance();
        it.calendar.setTimeInMillis(1_600_000_000_456L + seed);
        it.sqlDate = java.sql.Date.valueOf(LocalDate.of(2022, 2, seed));
        it.sqlTime = java.sql.Time.valueOf(LocalTime.of(1, 2, seed));
        it.sqlTimestamp = java.sql.Timestamp.valueOf(LocalDateTime.of(2021, 1, 1, 1, 1, seed, 123_456_000));
        it.uuid = new UUID(42, seed);
        it.locale = Locale.forLanguageTag("zh-Hant-TW");
        it.currency = Currency.getInstance("NZD");
        try {
            it.url = URI.create("https://example.org/path?query=" + seed).toURL();
            it.address = InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) seed});
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        it.type = Colour.class;
        it.strings = new String[] {"a", "b" + seed};
        it.integers = List.of(1, 2, seed);
        it.doubles = new double[] {1.5, seed};
        it.money = new Money(BigDecimal.valueOf(seed), "EUR");
        it.tags = new Tags("tag" + seed);
        it.bits = BitSet.valueOf(new long[] {5, seed});
        it.jsonMap = Map.of("key", "value" + seed, "nested", Map.of("number", seed));
        it.jsonList = List.of("x", "y" + seed);
        it.jsonPoint = new Point(seed, -seed);
        return it;
    }

    /**
     * Compares all attributes with the values that the given instance reads from the database, unless stated otherwise.
     */
    private static void assertAttributes(Everything actual, Everything expected) throws IllegalAccessException {
        for (Field attribute : Everything.class.getDeclaredFields()) {
            Object value = attribute.get(actual);
            Object should = attribute.get(expected);
            if (value instanceof Calendar calendar && should != null) {
                value = calendar.getTimeInMillis();
                should = ((Calendar) should).getTimeInMillis();
            }
            assertThat(value).as(attribute.getName()).isEqualTo(should);
            if (value != null && !(value instanceof List) && !(value instanceof Map) && !(value instanceof Calendar)) {
                assertThat(value.getClass())
                        .as("class of " + attribute.getName())
                        .isEqualTo(should.getClass());
            }
        }
    }

    private void check(long id, int seed) {
        Everything[] loaded = new Everything[1];
        nodes.one.factory().getCache().evictEntityData();
        nodes.one.transact(session -> loaded[0] = session.find(Everything.class, id));
        nodes.share(session -> {
            try {
                assertAttributes(session.find(Everything.class, id), loaded[0]);
            } catch (IllegalAccessException e) {
                throw new AssertionError(e);
            }
        });
        nodes.two.transact(session -> {
            Everything cached = session.find(Everything.class, id);
            assertThat(cached.string).isEqualTo(seed == 0 ? null : "plain, ünïcödé, 日本語, \uD83D\uDE00 " + seed);
            assertThat(session.isDirty())
                    .as("what was cached is taken as changed")
                    .isFalse();
        });
    }

    @Test
    void everyTypeIsCachedAndAChangeOfItIsSeen() {
        check(1, 1);
        nodes.two.transact(session -> fill(session.find(Everything.class, 1L), 1, 2));
        check(1, 2);
        nodes.one.transact(session -> fill(session.find(Everything.class, 1L), 1, 3));
        nodes.one.transact(session ->
                assertThat(session.find(Everything.class, 1L).jsonPoint).isEqualTo(new Point(3, -3)));
    }

    /** An update stores the state in memory, which may differ from the result of a load. */
    @Test
    void whatACommitStoresIsWhatALoadWouldStore() {
        nodes.one.transact(session -> session.persist(fill(new Everything(), 3, 3)));
        Nodes.assertServed(nodes.two, session -> {
            Everything cached = session.find(Everything.class, 3L);
            assertThat(cached.money).isEqualTo(new Money(BigDecimal.valueOf(3), "EUR"));
            assertThat(cached.tags).isEqualTo(new Tags("tag3"));
            assertThat(cached.bits).isEqualTo(BitSet.valueOf(new long[] {5, 3}));
            assertThat(cached.jsonMap).containsEntry("key", "value3");
            assertThat(cached.binary).isEqualTo(("binary ".repeat(1000) + 3).getBytes());
            assertThat(cached.named).isEqualTo(Colour.GREEN);
        });
    }

    @Test
    void nullsAreCached() {
        check(2, 0);
    }

    @Test
    void aMutableValueIsNotSharedBetweenSessions() {
        nodes.share(session -> session.find(Everything.class, 1L));
        Nodes.rollBack(nodes.one, session -> {
            Everything mine = session.find(Everything.class, 1L);
            mine.tags.text.append("!");
            mine.bits.set(63);
            mine.bytes[0] = 99;
            mine.date.setTime(0);
        });
        nodes.one.transact(session -> {
            Everything fresh = session.find(Everything.class, 1L);
            assertThat(fresh.tags.text.toString()).doesNotContain("!");
            assertThat(fresh.bits.get(63)).isFalse();
            assertThat(fresh.bytes[0]).isZero();
            assertThat(fresh.date.getTime()).isPositive();
        });
        nodes.seeChange(
                session -> session.find(Everything.class, 1L).tags.text.append("?"),
                session -> assertThat(
                                session.find(Everything.class, 1L).tags.text.toString())
                        .endsWith("?"));
    }
}
