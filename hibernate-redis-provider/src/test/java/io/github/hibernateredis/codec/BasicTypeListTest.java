package io.github.hibernateredis.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Serializable;
import java.lang.reflect.Field;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Calendar;
import java.util.Currency;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.UUID;
import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
import org.hibernate.type.BasicType;
import org.hibernate.type.BasicTypeReference;
import org.hibernate.type.BasicTypeRegistry;
import org.hibernate.type.StandardBasicTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The ORM's list of basic types: every type in that list must be in this test too. */
class BasicTypeListTest {

    /** Bound to their connection, so no cache can store them. */
    private static final Set<String> LOCATORS = Set.of("BLOB", "CLOB", "NCLOB");

    static Domain domain;
    static AttributeCodecs codecs;
    static Values values;

    @BeforeAll
    static void open() {
        domain = new Domain();
        values = ValuesTest.values(CodecDomain.Color.class);
        codecs = new AttributeCodecs(domain.factory.getMappingMetamodel(), values);
    }

    @AfterAll
    static void close() {
        domain.close();
    }

    private static Map<String, BasicType<?>> types() throws IllegalAccessException {
        Map<String, BasicType<?>> types = new TreeMap<>();
        for (Field field : StandardBasicTypes.class.getFields()) {
            if (field.get(null) instanceof BasicTypeReference<?> reference && !LOCATORS.contains(field.getName())) {
                BasicTypeRegistry registry =
                        domain.factory.getTypeConfiguration().getBasicTypeRegistry();
                BasicType<?> type = registry.resolve(reference);
                // Some are known only to their dialects.
                types.put(
                        field.getName(),
                        type == null ? registry.resolve(reference.getJavaType(), reference.getSqlTypeCode()) : type);
            }
        }
        return types;
    }

    private static List<?> samples(Class<?> type) {
        Calendar calendar = new GregorianCalendar(TimeZone.getTimeZone("Asia/Tokyo"), Locale.US);
        calendar.setTimeInMillis(1_700_000_000_123L);
        try {
            List<?> all = List.of(
                    true,
                    false,
                    (byte) -8,
                    (short) 300,
                    Integer.MIN_VALUE,
                    Long.MAX_VALUE,
                    Float.MIN_VALUE,
                    -0.0,
                    Double.NaN,
                    new BigInteger("-123456789012345678901234567890"),
                    BigInteger.ZERO,
                    new BigDecimal("12345.670"),
                    new BigDecimal("1E+5"),
                    new BigDecimal("-98765432109876543210987654321.5"),
                    'x',
                    '\u20ac',
                    "",
                    "plain",
                    "\u20ac, \uD83D\uDE00, \uD800",
                    "long ".repeat(10_000),
                    "chars".toCharArray(),
                    new Character[] {'a', null},
                    new byte[] {0, -1},
                    new byte[100_000],
                    new Byte[] {1, null},
                    new float[] {1.5f},
                    new double[] {-1.5},
                    Duration.ofSeconds(-5, 7),
                    LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_999),
                    LocalDateTime.of(2026, 1, 1, 0, 0),
                    LocalDate.of(-44, 3, 15),
                    LocalTime.MAX,
                    LocalTime.MIDNIGHT,
                    OffsetDateTime.parse("2026-01-02T03:04:05.678+02:30"),
                    OffsetTime.of(1, 2, 3, 4_000, ZoneOffset.ofHoursMinutesSeconds(-3, -7, -11)),
                    ZonedDateTime.of(2026, 10, 25, 2, 30, 0, 0, ZoneId.of("Europe/Paris"))
                            .withLaterOffsetAtOverlap(),
                    Instant.parse("2026-01-02T03:04:05.678901234Z"),
                    Instant.MIN,
                    new Date(1_700_000_000_123L),
                    Time.valueOf("05:06:07"),
                    java.sql.Date.valueOf("2026-03-04"),
                    Timestamp.valueOf("1950-01-02 03:04:05.123456789"),
                    calendar,
                    new UUID(1, -1),
                    CodecDomain.Color.class,
                    String.class,
                    byte[].class,
                    Locale.forLanguageTag("zh-Hant-TW"),
                    Locale.ROOT,
                    Currency.getInstance("NZD"),
                    ZoneOffset.ofHoursMinutes(5, 45),
                    TimeZone.getTimeZone("America/New_York"),
                    URI.create("https://example.org/a?b=c").toURL());
            // The type of arbitrary objects compares arrays by identity.
            return all.stream()
                    .filter(type::isInstance)
                    .filter(value -> type != Object.class || !value.getClass().isArray())
                    .toList();
        } catch (java.net.MalformedURLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theListIsRead() throws IllegalAccessException {
        assertThat(types()).hasSizeGreaterThan(60);
    }

    @Test
    void everyTypeIsReadAsItWasWritten() throws IllegalAccessException {
        types().forEach((name, type) -> {
            List<?> samples = samples(type.getJavaTypeDescriptor().getJavaTypeClass());
            assertThat(samples).as(name).isNotEmpty();
            for (Object sample : samples) {
                if (sample instanceof Serializable value) {
                    assertReadAsWritten(name, type, value);
                }
            }
        });
    }

    /** As an attribute that is read with its entity, as one that is not, and as one that is null. */
    private static void assertReadAsWritten(String name, BasicType<?> type, Serializable sample) {
        // As a column would store it: a date has no time.
        Object value =
                domain.inTransaction(session -> type.assemble(type.disassemble(sample, session, null), session, null));
        Object disassembled = domain.inTransaction(session -> type.disassemble(value, session, null));
        AttributeCodec[] row = {codecs.of(type)};
        Object[] state = {
            disassembled, LazyPropertyInitializer.UNFETCHED_PROPERTY, null, disassembled,
        };
        WireOutput out = new WireOutput();
        AttributeCodec.writeRow(out, state, state.length, row, values);
        WireInput in = new WireInput(out.toBytes(), 0);
        Object[] back = new Object[state.length];
        AttributeCodec.readRow(in, back, back.length, row, values);
        assertThat(in.remaining()).as(name).isZero();
        assertThat(back[1]).as(name).isSameAs(LazyPropertyInitializer.UNFETCHED_PROPERTY);
        assertThat(back[2]).as(name).isNull();
        for (int i : new int[] {0, 3}) {
            ValueCodecTest.assertIdentical(name, back[i], disassembled);
            Serializable cached = (Serializable) back[i];
            Object assembled = domain.inTransaction(session -> type.assemble(cached, session, null));
            ValueCodecTest.assertIdentical(name, assembled, value);
            assertThat(type.isEqual(assembled, value))
                    .as("%s: taken as changed", name)
                    .isTrue();
        }
    }
}
