package io.github.hibernateredis.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hibernateredis.codec.CodecDomain.Color;
import io.github.hibernateredis.codec.CodecDomain.Dog;
import io.github.hibernateredis.codec.CodecDomain.Money;
import io.github.hibernateredis.codec.CodecDomain.Part;
import io.github.hibernateredis.codec.CodecDomain.Profile;
import io.github.hibernateredis.codec.CodecDomain.Rgb;
import jakarta.persistence.EntityManager;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.hibernate.Version;
import org.hibernate.metamodel.mapping.JdbcMapping;
import org.hibernate.sql.results.jdbc.internal.CachedJdbcValuesMetadata;
import org.hibernate.type.BasicType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QueryResultsCodecTest {

    static final String EPOCH = "00ff00ff12345678";

    static Domain domain;
    static Domain other;

    final HibernateInternals orm = HibernateInternals.get();
    final List<String> warnings = new ArrayList<>();
    QueryResultsCodec codec;
    QueryResultsCodec remote;

    @BeforeAll
    static void open() {
        domain = new Domain();
        other = new Domain();
    }

    @AfterAll
    static void close() {
        domain.close();
        other.close();
    }

    @BeforeEach
    void newCodecs() {
        codec = new Codecs(domain.factory, List.of(), warnings::add).queryResults();
        remote = new Codecs(other.factory, List.of(), warnings::add).queryResults();
    }

    @Test
    void keepsRowsOfEveryShape() {
        List<Object> results = new ArrayList<>(Arrays.asList(
                "alone",
                null,
                new Object[] {1, 2L, "three", null, new BigDecimal("4.50"), Color.GREEN, new UUID(5, 6)},
                new Object[] {new byte[] {7}, new Timestamp(8), new Object[] {9, new String[] {"ten", null}}},
                new Object[] {
                    new Money(BigDecimal.TEN, Currency.getInstance("EUR")),
                    new Rgb(1, 2, null),
                    new Profile("nick", new Part(3)),
                    new Color[] {Color.BLUE},
                    new ArrayList<>(List.of("x"))
                },
                5));
        byte[] bytes = codec.encode(orm.newCacheItem(123_456_789_012L, results), EPOCH);

        QueryResultsCodec.QueryItem item = remote.decode(bytes);

        assertThat(item.epoch()).isEqualTo(EPOCH);
        assertThat(remote.timestamp(item.cacheItem())).isEqualTo(123_456_789_012L);
        ValueCodecTest.assertIdentical("results", orm.results(item.cacheItem()).toArray(), results.toArray());
    }

    static BasicType<?> column(Domain of, Class<?> entity, String attribute) {
        List<JdbcMapping> columns = new ArrayList<>();
        of.entity(entity).findAttributeMapping(attribute).forEachJdbcType((i, type) -> columns.add(type));
        return (BasicType<?>) columns.get(0);
    }

    @Test
    void refersToTheLocalTypesOfColumns() {
        List<String> attributes = List.of(
                "medium", "text", "color", "namedColor", "money", "rgb", "profile", "date", "uuids", "words", "gadget");
        BasicType<?>[] types = attributes.stream()
                .map(name -> column(domain, CodecDomain.Everything.class, name))
                .toArray(BasicType<?>[]::new);
        types[1] = null;
        Object metadata = orm.newMetadata(
                new HibernateInternals.Metadata(attributes.toArray(String[]::new), types, new int[] {0, -1, 1}));
        byte[] bytes = codec.encode(orm.newCacheItem(1, List.of(metadata, new Object[] {1}, 1)), EPOCH);

        List<?> results = orm.results(remote.decode(bytes).cacheItem());

        HibernateInternals.Metadata decoded = orm.metadata((CachedJdbcValuesMetadata) results.get(0));
        assertThat(decoded.columnNames()).containsExactlyElementsOf(attributes);
        for (int i = 0; i < types.length; i++) {
            BasicType<?> local = i == 1 ? null : column(other, CodecDomain.Everything.class, attributes.get(i));
            if (local == null) {
                assertThat(decoded.types()[i]).isNull();
            } else {
                assertThat(decoded.types()[i].getJavaTypeDescriptor())
                        .as(attributes.get(i))
                        .isSameAs(local.getJavaTypeDescriptor());
            }
        }
    }

    /** Encodes and decodes what the ORM itself passes to the region for native queries. */
    @Test
    void keepsWhatTheOrmCachesOfNativeQueries() {
        try (Domain one = new Domain()) {
            one.inTransaction(session -> {
                session.persist(new Dog(1L, "Rex", 3));
                session.persist(new Dog(2L, "Ada", 4));
                return null;
            });
            QueryResultsCodec own = new Codecs(one.factory, List.of(), warnings::add).queryResults();
            // 7.0 cannot read cached rows of such queries, from any cache.
            boolean entities = !Version.getVersionString().startsWith("7.0.");
            one.regions.queryResults =
                    item -> own.decode(own.encode(item, EPOCH)).cacheItem();
            for (int round = 0; round < 2; round++) {
                one.inTransaction(session -> {
                    if (entities) {
                        assertThat(session.createNativeQuery("select * from \"Animal\" order by \"id\"", Dog.class)
                                        .setCacheable(true)
                                        .list())
                                .extracting(dog -> dog.name)
                                .containsExactly("Rex", "Ada");
                    }
                    String names = "select \"name\" from \"Animal\" order by \"id\"";
                    assertThat(session.createNativeQuery(names, String.class)
                                    .setCacheable(true)
                                    .list())
                            .containsExactly("Rex", "Ada");
                    EntityManager manager = session; // its signatures are the same in all versions
                    assertThat(manager.createQuery("select d.name, d.bones from Dog d order by d.id", Object[].class)
                                    .setHint("org.hibernate.cacheable", true)
                                    .getResultList())
                            .extracting(row -> row[1])
                            .containsExactly(3, 4);
                    return null;
                });
            }
            assertThat(one.factory.getStatistics().getQueryCacheHitCount()).isEqualTo(entities ? 3 : 2);
        }
    }

    @Test
    void refusesStrangers() {
        Object item = orm.newCacheItem(1, List.of(new Thread(), 1));
        assertThatThrownBy(() -> codec.encode(item, EPOCH))
                .isInstanceOf(UncacheableValueException.class)
                .hasMessageContaining("java.lang.Thread");
        assertThatThrownBy(() -> codec.timestamp("not an item")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void survivesHostileBytes() {
        long seed = Long.getLong("test.seed", System.nanoTime());
        Random random = new Random(seed);
        Object metadata = orm.newMetadata(new HibernateInternals.Metadata(
                new String[] {"a"},
                new BasicType<?>[] {column(domain, CodecDomain.Everything.class, "text")},
                new int[] {0}));
        byte[] original = codec.encode(
                orm.newCacheItem(1, List.of(metadata, new Object[] {1, "x", new Rgb(1, 2, 3)}, List.of("y"), 1)),
                EPOCH);
        for (int round = 0; round < 10_000; round++) {
            byte[] hostile = Arrays.copyOf(original, 4 + random.nextInt(original.length));
            for (int flips = random.nextInt(4); flips > 0 && hostile.length > 4; flips--) {
                hostile[4 + random.nextInt(hostile.length - 4)] ^= (byte) (1 << random.nextInt(8));
            }
            codec.decode(codec.fingerprint().seal(hostile));
        }
        assertThat(codec.decode(original)).as("seed %d", seed).isNotNull();
    }
}
