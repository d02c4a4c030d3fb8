package io.github.hibernateredis.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.hibernateredis.codec.CodecDomain.Color;
import io.github.hibernateredis.codec.CodecDomain.Money;
import io.github.hibernateredis.codec.CodecDomain.MoneyConverter;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import jakarta.persistence.Convert;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityNotFoundException;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Tuple;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Currency;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hibernate.annotations.CacheLayout;
import org.hibernate.annotations.QueryCacheLayout;
import org.hibernate.engine.spi.SessionImplementor;
import org.hibernate.query.NativeQuery;
import org.hibernate.sql.results.jdbc.internal.CachedJdbcValuesMetadata;
import org.hibernate.type.BasicType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Query results with a valid checksum, but with another shape than the query reads. The query must run its SQL and
 * never fail.
 */
class ForgedResultsIT {

    @Embeddable
    static class Extent {
        int width;
        Integer height;
    }

    @Entity(name = "Parcel")
    @Inheritance
    @QueryCacheLayout(layout = CacheLayout.FULL)
    static class Parcel {
        @Id
        Long id;

        @Version
        Long version;

        int amount;
        boolean sent;
        String text;
        LocalDate day;
        Timestamp moment;
        Date date;
        UUID reference;
        BigDecimal price;
        byte[] picture;

        @Enumerated(EnumType.STRING)
        Color color;

        @Enumerated(EnumType.ORDINAL)
        Color shade;

        @Convert(converter = MoneyConverter.class)
        Money money;

        @Embedded
        Extent extent;

        @ManyToOne(fetch = FetchType.LAZY)
        Place place;

        @ElementCollection
        @OrderColumn(name = "number")
        List<String> words = new ArrayList<>();
    }

    @Entity(name = "Crate")
    static class Crate extends Parcel {
        long weight;
    }

    @Entity(name = "Place")
    @Inheritance
    @QueryCacheLayout(layout = CacheLayout.SHALLOW_WITH_DISCRIMINATOR)
    static class Place {
        @Id
        Long id;

        String name;
    }

    @Entity(name = "Town")
    static class Town extends Place {}

    @Entity(name = "Note")
    @QueryCacheLayout(layout = CacheLayout.SHALLOW)
    static class Note {
        @Id
        Long id;
    }

    public record Summary(int amount, String text) {}

    public record Pair(Parcel parcel, Place place) {}

    private static final String REGION = "forged:{default-query-results-region}:data";
    /** The envelope: format, stamp, expiry. */
    private static final int HEAD_LENGTH = 15;

    private static Domain domain;
    private static QueryResultsCodec codec;
    private static RedisCommands redis;
    private final HibernateInternals orm = HibernateInternals.get();

    @BeforeAll
    static void fill() {
        redis = SharedRedis.connect();
        domain = new Domain(
                new Class<?>[] {Parcel.class, Crate.class, Place.class, Town.class, Note.class}, configuration -> {
                    configuration.getProperties().put("hibernate.cache.region.factory_class", "redis");
                    configuration.setProperty("hibernate.cache.redis.url", SharedRedis.url());
                    configuration.setProperty("hibernate.cache.redis.key_prefix", "forged");
                    configuration.setProperty("hibernate.cache.redis.timeout", "5s");
                });
        codec = new Codecs(domain.factory, List.of(), warning -> {}).queryResults();
        domain.inTransaction(session -> {
            persistEverything(session);
            return null;
        });
    }

    private static void persistEverything(SessionImplementor session) {
        Town town = new Town();
        town.id = 1L;
        session.persist(town);
        for (long id = 1; id <= 2; id++) {
            Note note = new Note();
            note.id = id;
            session.persist(note);
            Parcel parcel = id == 1 ? new Parcel() : new Crate();
            parcel.id = id;
            parcel.amount = 5;
            parcel.text = "text";
            parcel.day = LocalDate.of(2024, 2, 29);
            parcel.moment = new Timestamp(5);
            parcel.date = new Date(5);
            parcel.reference = new UUID(1, 2);
            parcel.price = BigDecimal.TEN;
            parcel.picture = new byte[] {1};
            parcel.color = Color.RED;
            parcel.shade = Color.BLUE;
            parcel.money = new Money(BigDecimal.ONE, Currency.getInstance("EUR"));
            parcel.extent = new Extent();
            parcel.place = id == 1 ? town : null;
            parcel.words.addAll(List.of("a", "b"));
            session.persist(parcel);
        }
    }

    @AfterAll
    static void close() {
        domain.close();
        redis.close();
    }

    @BeforeEach
    void forget() {
        redis.call("DEL", REGION);
    }

    static Stream<Named<Function<SessionImplementor, List<?>>>> queries() {
        return Stream.of(
                query("from Parcel p left join fetch p.words order by p.id", Parcel.class),
                query("from Parcel p order by p.id", Parcel.class),
                query("from Parcel p left join fetch p.place order by p.id", Parcel.class),
                query("from Place", Place.class),
                query("from Note", Note.class),
                query("select p, q from Parcel p left join p.place q order by p.id", Object[].class),
                query("select p.amount from Parcel p", Integer.class),
                query("select p.text from Parcel p", String.class),
                query("select p.picture from Parcel p", byte[].class),
                query("select p.color from Parcel p", Color.class),
                query("select p.shade, p.money from Parcel p", Object[].class),
                query("select p.amount as a, p.day as d from Parcel p", Tuple.class),
                query("select p.extent from Parcel p", Extent.class),
                query("select p.place from Parcel p", Place.class),
                query("select type(p) from Parcel p", Class.class),
                query("select count(p), max(p.price) from Parcel p", Object[].class),
                query("select new " + Summary.class.getName() + "(p.amount, p.text) from Parcel p", Summary.class),
                query("select new " + Pair.class.getName() + "(p, q) from Parcel p join p.place q", Pair.class),
                nativeQuery("select \"id\", \"text\", \"amount\" from \"Parcel\"", Object[].class),
                nativeQuery("select \"text\" from \"Parcel\"", Object.class),
                nativeQuery("select * from \"Parcel\"", Parcel.class));
    }

    private static Named<Function<SessionImplementor, List<?>>> query(String text, Class<?> type) {
        return Named.of(
                text,
                session -> session.createQuery(text, type).setCacheable(true).list());
    }

    private static Named<Function<SessionImplementor, List<?>>> nativeQuery(String text, Class<?> type) {
        return Named.of(text, session -> {
            NativeQuery<?> query = session.createNativeQuery(text, type);
            query.addSynchronizedEntityClass(Parcel.class).setCacheable(true);
            return query.list();
        });
    }

    private static void run(Function<SessionImplementor, List<?>> query) {
        domain.inTransaction(session -> {
            query.apply(session);
            return null;
        });
    }

    /** Only the database shows that no row has an identifier of the right class. */
    private static void runForged(Function<SessionImplementor, List<?>> query) {
        try {
            run(query);
        } catch (EntityNotFoundException e) {
            assertThat(e).hasMessageContaining("No row with the given identifier");
        }
    }

    private static String text(List<?> rows) {
        return rows.stream()
                .map(row -> row instanceof Object[] values ? Arrays.toString(values) : String.valueOf(row))
                .toList()
                .toString();
    }

    private static String field() {
        return redis.list("HKEYS", REGION).stream()
                .map(String.class::cast)
                .filter(field -> !field.equals("!s"))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("queries")
    void aForgedResultIsAValueOrAMiss(Function<SessionImplementor, List<?>> query) {
        for (int i = 0; i < 3; i++) {
            run(query);
        }
        String field = field();
        byte[] envelope = (byte[]) redis.callRaw("HGET", REGION, field);
        byte[] head = Arrays.copyOf(envelope, HEAD_LENGTH);
        byte[] body = Arrays.copyOfRange(envelope, HEAD_LENGTH, envelope.length);
        QueryResultsCodec.QueryItem item = codec.decode(body);
        List<?> results = orm.results(item.cacheItem());

        Consumer<List<?>> write = forged -> {
            byte[] bytes = codec.encode(orm.newCacheItem(codec.timestamp(item.cacheItem()), forged), item.epoch());
            byte[] all = Arrays.copyOf(head, head.length + bytes.length);
            System.arraycopy(bytes, 0, all, head.length, bytes.length);
            redis.call("HSET", REGION, field, all);
        };
        write.accept(results);
        long hits = domain.factory.getStatistics().getQueryCacheHitCount();
        run(query);
        assertThat(domain.factory.getStatistics().getQueryCacheHitCount())
                .as("hits of what is as it was")
                .isEqualTo(hits + 1);
        for (List<?> forged : forgeries(results)) {
            write.accept(forged);
            assertThatCode(() -> runForged(query)).as("%s", text(forged)).doesNotThrowAnyException();
        }
    }

    private List<List<?>> forgeries(List<?> results) {
        List<Object> values = Arrays.asList(
                null,
                "a text",
                "RED",
                "",
                -1,
                (byte) 99,
                (short) 99,
                99,
                99L,
                Long.MIN_VALUE,
                new BigDecimal("1E+9"),
                true,
                'c',
                1.5,
                new Date(5),
                new java.sql.Date(5),
                new Timestamp(5),
                LocalDate.EPOCH,
                new UUID(1, 1),
                new byte[0],
                Color.RED,
                Parcel.class.getName(),
                Color.class,
                new Object[0],
                new Object[] {1L, 2L},
                new Integer[] {1},
                new ArrayList<>(List.of(1)));
        List<List<?>> forgeries = new ArrayList<>();
        int first = results.get(0) instanceof CachedJdbcValuesMetadata ? 1 : 0;
        for (Object last : Arrays.asList(null, -1, Integer.MAX_VALUE, results.size() + 5, "5", 5L)) {
            forgeries.add(with(results, results.size() - 1, last));
        }
        forgeries.add(results.subList(0, results.size() - 1));
        forgeries.add(results.subList(0, first));
        forgeries.add(List.of());
        if (first == 1) {
            forgeries.add(results.subList(1, results.size()));
            forgeries.addAll(withOtherMetadata(results));
        } else {
            Object metadata = orm.newMetadata(
                    new HibernateInternals.Metadata(new String[] {"a"}, new BasicType<?>[] {null}, new int[] {0}));
            List<Object> described = new ArrayList<>(List.of(metadata));
            described.addAll(results);
            forgeries.add(described);
        }
        for (int i = first; i < results.size() - 1; i++) {
            for (Object value : values) {
                forgeries.add(with(results, i, value));
                forgeries.add(with(results, i, new Object[] {value}));
                if (results.get(i) instanceof Object[] row) {
                    for (int column = 0; column < row.length; column++) {
                        Object[] changed = row.clone();
                        changed[column] = value;
                        forgeries.add(with(results, i, changed));
                    }
                }
            }
            if (results.get(i) instanceof Object[] row) {
                forgeries.add(with(results, i, new Object[row.length]));
                for (int length = 0; length <= row.length + 1; length++) {
                    forgeries.add(with(results, i, Arrays.copyOf(row, length)));
                }
                List<Object> shuffled = new ArrayList<>(Arrays.asList(row));
                for (int shift = 1; shift < row.length; shift++) {
                    Collections.rotate(shuffled, 1);
                    forgeries.add(with(results, i, shuffled.toArray()));
                }
            }
        }
        return forgeries;
    }

    private List<List<?>> withOtherMetadata(List<?> results) {
        List<List<?>> forgeries = new ArrayList<>();
        HibernateInternals.Metadata metadata = orm.metadata((CachedJdbcValuesMetadata) results.get(0));
        String[] names = metadata.columnNames();
        BasicType<?>[] types = metadata.types();
        for (int length = 0; length <= names.length + 1; length++) {
            forgeries.add(with(
                    results,
                    0,
                    orm.newMetadata(new HibernateInternals.Metadata(
                            Arrays.copyOf(names, length), Arrays.copyOf(types, length), metadata.indexes()))));
        }
        List<int[]> indexes = new ArrayList<>();
        indexes.add(null);
        for (int length = 0; length <= names.length + 1; length++) {
            int[] some = new int[length];
            indexes.add(some.clone());
            Arrays.setAll(some, i -> i * 1000);
            indexes.add(some.clone());
            Arrays.fill(some, -1);
            indexes.add(some.clone());
            Arrays.fill(some, -2);
            indexes.add(some);
        }
        for (int[] some : indexes) {
            forgeries.add(with(results, 0, orm.newMetadata(new HibernateInternals.Metadata(names, types, some))));
        }
        return forgeries;
    }

    private static List<?> with(List<?> results, int position, Object value) {
        List<Object> changed = new ArrayList<>(results);
        changed.set(position, value);
        return changed;
    }
}
