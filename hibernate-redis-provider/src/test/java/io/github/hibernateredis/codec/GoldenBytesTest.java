package io.github.hibernateredis.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.hibernateredis.config.Compression;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
import java.util.Arrays;
import java.util.BitSet;
import java.util.Currency;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.annotations.NaturalId;
import org.hibernate.cache.spi.entry.CacheEntry;
import org.hibernate.cache.spi.entry.CollectionCacheEntry;
import org.hibernate.engine.spi.SessionImplementor;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Pins the bytes of values and the names of keys in files, one for each version of the format. The mapping in this
 * class never changes.
 */
class GoldenBytesTest {

    enum Grade {
        LOW,
        HIGH
    }

    record Point(int x, Integer y) implements Serializable {}

    @Embeddable
    static class Size implements Serializable {
        private static final long serialVersionUID = 1L;
        int width;
        BigDecimal height;

        Size() {}

        Size(int width, BigDecimal height) {
            this.width = width;
            this.height = height;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Size that && width == that.width && height.equals(that.height);
        }

        @Override
        public int hashCode() {
            return width;
        }
    }

    @Entity(name = "Golden")
    @Inheritance
    static class Golden {
        @Id
        Long id;

        @Version
        int version;

        @NaturalId
        String code;

        String none;
        boolean flag;
        Double ratio;
        Grade grade;
        Size size;
        UUID[] uuids;
        byte[] bytes;

        @ManyToOne
        Golden next;

        @ElementCollection
        @OrderColumn
        List<String> list = new ArrayList<>();

        @ElementCollection
        Map<Grade, Size> map = new TreeMap<>();
    }

    @Entity(name = "Special")
    static class Special extends Golden {
        LocalDate since;
    }

    @Entity(name = "Sized")
    static class Sized {
        @EmbeddedId
        Size id;

        @NaturalId
        Grade grade;

        @NaturalId
        Integer number;
    }

    private static final Path FOLDER = Path.of("src/test/resources/io/github/hibernateredis/codec/golden");

    static Domain domain;
    static Codecs codecs;

    @BeforeAll
    static void open() {
        domain = new Domain(new Class<?>[] {Golden.class, Special.class, Sized.class}, configuration -> {});
        codecs = new Codecs(domain.factory, List.of(Point.class.getName()), warning -> {});
    }

    @AfterAll
    static void close() {
        domain.close();
    }

    private static Special special() {
        Special special = new Special();
        special.id = 1L;
        special.version = 3;
        special.code = "code \u20ac";
        special.flag = true;
        special.ratio = -1.5;
        special.grade = Grade.HIGH;
        special.size = new Size(-7, new BigDecimal("12.50"));
        special.uuids = new UUID[] {new UUID(1, 2), null};
        special.bytes = new byte[] {0, -1};
        special.since = LocalDate.of(2026, 11, 21);
        special.list.addAll(Arrays.asList("one", null, "three"));
        special.map.put(Grade.LOW, special.size);
        special.next = new Golden();
        special.next.id = 2L;
        return special;
    }

    /** A value and the codec that stores it. */
    private record Sample(ValueCodec codec, Object value) {}

    private static Map<String, Sample> samples() {
        Map<String, Sample> samples = new LinkedHashMap<>();
        ValueCodec entities = codecs.entity(domain.entity(Golden.class));
        domain.inTransaction(session -> {
            Special special = special();
            session.persist(special.next);
            session.persist(special);
            session.flush();
            samples.put("entity", new Sample(entities, entry(session, special)));
            samples.put("entity.nulls", new Sample(entities, entry(session, special.next)));
            for (String name : List.of("list", "map")) {
                CollectionPersister persister = domain.collection(Golden.class, name);
                Object entry = new CollectionCacheEntry(
                        session.getPersistenceContextInternal()
                                .getCollection(new org.hibernate.engine.spi.CollectionKey(persister, 1L)),
                        persister);
                samples.put("collection." + name, new Sample(codecs.collection(persister), entry));
            }
            return null;
        });
        samples.put("naturalid", new Sample(codecs.naturalId(domain.entity(Golden.class)), 42L));
        samples.put(
                "naturalid.embedded",
                new Sample(codecs.naturalId(domain.entity(Sized.class)), new Size(1, BigDecimal.ONE)));
        return samples;
    }

    private static CacheEntry entry(SessionImplementor session, Object entity) {
        EntityPersister persister = session.getEntityPersister(null, entity);
        return persister.buildCacheEntry(entity, persister.getValues(entity), persister.getVersion(entity), session);
    }

    /** One value of each class with its own form, and one of each other kind. */
    private static Object[] values() {
        GregorianCalendar calendar = new GregorianCalendar(TimeZone.getTimeZone("Asia/Tokyo"), Locale.US);
        calendar.setTimeInMillis(1_700_000_000_123L);
        try {
            return new Object[] {
                null,
                true,
                (byte) -1,
                (short) 300,
                -5,
                1L << 40,
                1.5f,
                -2.5,
                'x',
                "a",
                "\u20ac",
                "\uD800",
                new BigInteger("-12345678901234567890"),
                new BigDecimal("1.50"),
                new UUID(3, 4),
                LocalDate.of(1582, 10, 4),
                LocalTime.of(1, 2, 3, 4),
                LocalDateTime.of(2026, 1, 2, 3, 4),
                Instant.ofEpochSecond(-1, 5),
                OffsetDateTime.parse("2026-01-02T03:04:05+02:30"),
                OffsetTime.parse("01:02:03-03:00"),
                ZonedDateTime.of(2026, 1, 2, 3, 4, 5, 6, ZoneId.of("Europe/Paris")),
                Duration.ofSeconds(-5, 7),
                Period.of(1, -2, 3),
                Year.of(2026),
                YearMonth.of(2026, 2),
                MonthDay.of(2, 29),
                ZoneOffset.ofHours(-3),
                ZoneId.of("Europe/Paris"),
                new Date(1),
                new java.sql.Date(2),
                new Time(3),
                new Timestamp(-4),
                calendar,
                TimeZone.getTimeZone("Asia/Tokyo"),
                Locale.forLanguageTag("de-CH"),
                new Locale("ja", "JP", "JP"),
                Currency.getInstance("EUR"),
                URI.create("https://example.org/a?b=c").toURL(),
                InetAddress.getByAddress(new byte[] {10, 1, 2, 3}),
                BitSet.valueOf(new long[] {5}),
                new byte[] {1},
                new boolean[] {true, false},
                new char[] {'a'},
                new short[] {-1},
                new int[] {1},
                new long[] {2},
                new float[] {1},
                new double[] {2},
                new String[] {"x", null},
                Grade.HIGH,
                new Object[] {1, new Object[] {2}},
                new Point(1, 2),
                new ArrayList<>(List.of(1, "b")),
                new LinkedHashMap<>(Map.of("k", 1)),
                Point.class
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> bytes() {
        Map<String, String> lines = new TreeMap<>();
        samples().forEach((name, sample) -> {
            lines.put(name, hex(sample.codec().encode(sample.value())));
            byte[] deflated = sample.codec().encode(sample.value(), new Compression(Compression.Algorithm.DEFLATE, 0));
            assertThat(sample.codec().decode(deflated)).isNotNull();
        });
        HibernateInternals orm = HibernateInternals.get();
        List<Object> rows = new ArrayList<>();
        rows.add(orm.newMetadata(new HibernateInternals.Metadata(
                new String[] {"c1"},
                new org.hibernate.type.BasicType<?>[] {QueryResultsCodecTest.column(domain, Golden.class, "code")},
                new int[] {0})));
        rows.add("row");
        rows.add(1);
        String epoch = "0123456789abcdef";
        lines.put("results", hex(codecs.queryResults().encode(orm.newCacheItem(77, rows), epoch)));
        Object[] values = values();
        for (int i = 0; i < values.length; i++) {
            List<Object> row = new ArrayList<>(Arrays.asList(values[i], 1));
            byte[] bytes = codecs.queryResults().encode(orm.newCacheItem(0, row), epoch);
            String kind = values[i] == null ? "null" : values[i].getClass().getSimpleName();
            lines.put(
                    String.format("value.%02d.%s", i, kind),
                    // Without the checksum, the form, the epoch, the timestamp and the number of rows.
                    hex(Arrays.copyOfRange(bytes, 4 + 1 + 8 + 8 + 1 + 1, bytes.length)));
            Object back =
                    orm.results(codecs.queryResults().decode(bytes).cacheItem()).get(0);
            assertThat(back).as(kind).usingRecursiveComparison().isEqualTo(values[i]);
        }
        return lines;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static Map<String, String> keys() {
        Map<String, String> lines = new TreeMap<>();
        EntityPersister golden = domain.entity(Golden.class);
        EntityPersister sized = domain.entity(Sized.class);
        String name = golden.getEntityName();
        EntryKeys own = EntryKeys.forEntity(name, name);
        lines.put("entity", own.entity(42L, golden, domain.factory, null).name());
        lines.put(
                "entity.tenant", own.entity(42L, golden, domain.factory, "acme").name());
        EntryKeys shared = EntryKeys.forEntity(name, "shared");
        lines.put(
                "entity.shared",
                shared.entity(42L, golden, domain.factory, null).name());
        EntryKeys embedded = EntryKeys.forEntity(sized.getEntityName(), sized.getEntityName());
        lines.put(
                "entity.embedded",
                embedded.entity(new Size(-1, new BigDecimal("2.50")), sized, domain.factory, null)
                        .name());
        CollectionPersister list = domain.collection(Golden.class, "list");
        lines.put(
                "collection",
                EntryKeys.forCollection(list.getRole(), list.getRole())
                        .collection(42L, list, domain.factory, null)
                        .name());
        domain.inTransaction(session -> {
            Object[] values = {Grade.HIGH, 7};
            EntryKeys natural = EntryKeys.forNaturalId(sized.getEntityName(), sized.getEntityName() + "##NaturalId");
            lines.put(
                    "naturalid", natural.naturalId(values, sized, session, null).name());
            return null;
        });
        return lines;
    }

    @Test
    void bytesAreThoseOfTheirFormat() throws IOException {
        compare(
                "values-" + Fingerprint.FORMAT + ".txt",
                bytes(),
                "Stored values have changed. Raise Fingerprint.FORMAT, so that what is in Redis is not misread, and pin the"
                        + " new bytes by -Dgolden.write=true");
    }

    @Test
    void keysNeverChange() throws IOException {
        compare(
                "keys.txt",
                keys(),
                "The names of keys have changed. Two versions of an application then no longer invalidate for each other;"
                        + " do not");
    }

    private static void compare(String file, Map<String, String> actual, String message) throws IOException {
        String text = actual.entrySet().stream()
                .map(line -> line.getKey() + " " + line.getValue() + "\n")
                .collect(Collectors.joining());
        Path path = FOLDER.resolve(file);
        if (Boolean.getBoolean("golden.write") && !Files.exists(path)) {
            Files.createDirectories(FOLDER);
            Files.writeString(path, text);
        }
        try (InputStream in = Files.exists(path) ? Files.newInputStream(path) : null) {
            if (in == null) {
                fail("There is no " + path + "; write it by -Dgolden.write=true");
            }
            assertThat(text).as(message).isEqualTo(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
