package io.github.hibernateredis.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.codec.CodecDomain.Animal;
import io.github.hibernateredis.codec.CodecDomain.ByEmbedded;
import io.github.hibernateredis.codec.CodecDomain.Cat;
import io.github.hibernateredis.codec.CodecDomain.Color;
import io.github.hibernateredis.codec.CodecDomain.Dog;
import io.github.hibernateredis.codec.CodecDomain.Everything;
import io.github.hibernateredis.codec.CodecDomain.Loose;
import io.github.hibernateredis.codec.CodecDomain.Owner;
import io.github.hibernateredis.codec.CodecDomain.Place;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.PrintStream;
import java.io.Serializable;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.NaturalIdCache;
import org.hibernate.cache.spi.entry.CacheEntry;
import org.hibernate.cfg.Configuration;
import org.hibernate.engine.spi.SessionImplementor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Another client writes hostile values to Redis while an application runs. The application continues, and reads from
 * its database.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings({"deprecation", "removal"}) // the replacements do not exist in every supported version
class HostileValuesIT {

    @Entity(name = "Basket")
    @NaturalIdCache
    static class Basket {
        @Id
        Long id;

        @NaturalId
        String label;

        @ElementCollection
        @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
        List<String> things = new ArrayList<>();

        @ElementCollection
        @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
        Map<Color, Long> prices = new HashMap<>();
    }

    private static final Class<?>[] ENTITIES = {
        Everything.class,
        Animal.class,
        Dog.class,
        Cat.class,
        ByEmbedded.class,
        Owner.class,
        CodecDomain.Detail.class,
        Loose.class,
        Basket.class
    };

    /** Entities, a natural id, collections and query results. */
    private static final int REGIONS = 8;

    private static Domain domain;
    private static Codecs codecs;
    private static RedisCommands redis;

    @BeforeAll
    static void fill() {
        redis = SharedRedis.connect();
        domain = application("hostile");
        codecs = new Codecs(domain.factory, List.of(), warning -> {});
        domain.inTransaction(session -> {
            persistEverything(session);
            return null;
        });
    }

    @AfterAll
    static void close() {
        domain.close();
        redis.close();
    }

    @BeforeEach
    void forget() {
        redis.keys("hostile:*").forEach(key -> redis.call("DEL", key));
    }

    private static Domain application(String prefix) {
        return new Domain(ENTITIES, (Configuration configuration) -> {
            configuration.getProperties().put("hibernate.cache.region.factory_class", "redis");
            configuration.setProperty("hibernate.cache.redis.url", SharedRedis.url());
            configuration.setProperty("hibernate.cache.redis.key_prefix", prefix);
            configuration.setProperty("hibernate.cache.redis.timeout", "5s");
        });
    }

    private static void persistEverything(SessionImplementor session) {
        Dog dog = new Dog(7L, "Rex", 3);
        session.persist(dog);
        ByEmbedded composite = new ByEmbedded(new Place("Ulm", 3, "EG", Color.GREEN), "U3");
        session.persist(composite);
        Everything everything = ValueCodecTest.everything(dog, composite);
        everything.decimal = new BigDecimal("12345.67"); // with the scale of its column
        session.persist(everything);
        Loose loose = new Loose();
        loose.id = 1L;
        loose.anything = "true";
        session.persist(loose);
        Basket basket = new Basket();
        basket.id = 1L;
        basket.label = "a label";
        basket.things.addAll(List.of("cup", "plate"));
        basket.prices.put(Color.RED, 5L);
        session.persist(basket);
    }

    /** All cached data as one text. */
    private static String read(Domain application) {
        return application.inTransaction(session -> {
            Basket basket = session.bySimpleNaturalId(Basket.class).load("a label");
            Everything everything = session.find(Everything.class, 1L);
            List<?> names =
                    session
                            .createQuery("select a.name, a.id from Animal a", Object[].class)
                            .setCacheable(true)
                            .list()
                            .stream()
                            .map(Arrays::asList)
                            .toList();
            List<Animal> animals = session.createQuery("from Animal", Animal.class)
                    .setCacheable(true)
                    .list();
            return List.of(
                            session.find(Loose.class, 1L).anything,
                            basket.label,
                            basket.things,
                            basket.prices,
                            everything.text,
                            everything.decimal,
                            everything.color,
                            everything.pet.name,
                            everything.composite.code,
                            names,
                            animals.get(0).name)
                    .toString();
        });
    }

    /** All entries, by Redis key and field. */
    private static Map<List<String>, byte[]> items(String prefix) {
        Map<List<String>, byte[]> items = new LinkedHashMap<>();
        for (String key : redis.keys(prefix + ":*:data")) {
            for (Object field : redis.list("HKEYS", key)) {
                if (!"!s".equals(field)) {
                    items.put(List.of(key, (String) field), (byte[]) redis.callRaw("HGET", key, field));
                }
            }
        }
        return items;
    }

    /** A load is not stored until the instance has received the stamp of the last write; and puts are not awaited. */
    private static Map<List<String>, byte[]> itemsOfAllRegions() {
        Map<List<String>, byte[]> items = Map.of();
        while (items.keySet().stream().map(place -> place.get(0)).distinct().count() < REGIONS) {
            read(domain);
            items = items("hostile");
        }
        return items;
    }

    private static byte[] serialized(Object object) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] join(byte[] head, byte[] tail) {
        byte[] all = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, all, head.length, tail.length);
        return all;
    }

    /** Damage that needs no knowledge of the format. The stamp is kept, so that the value behind it is read. */
    private static List<byte[]> broken(byte[] envelope) {
        byte[] stamp = Arrays.copyOf(envelope, 9);
        List<byte[]> broken = new ArrayList<>(List.of(new byte[0], new byte[1], stamp, "text".getBytes(UTF_8)));
        for (int length = 1; length < envelope.length; length += 1 + envelope.length / 40) {
            broken.add(Arrays.copyOf(envelope, length));
        }
        broken.add(Arrays.copyOf(envelope, envelope.length + 1));
        Random random = new Random(envelope.length);
        for (int i = 0; i < 60; i++) {
            byte[] flipped = envelope.clone();
            int bit = 8 * 9 + random.nextInt(8 * (envelope.length - 9));
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            broken.add(flipped);
        }
        for (int length : new int[] {1, 100, 10_000, 1_000_000}) {
            byte[] noise = new byte[length];
            random.nextBytes(noise);
            broken.add(join(stamp, noise));
            broken.add(join(stamp, new byte[length]));
        }
        Trap trap = new Trap();
        System.clearProperty(Trap.SPRUNG);
        byte[] gadget = serialized(trap);
        broken.add(gadget);
        broken.add(join(stamp, gadget));
        broken.add(join(stamp, "{\"@class\":\"io.github.hibernateredis.codec.Trap\"}".getBytes(UTF_8)));
        for (int version = 0; version < 16; version++) {
            if (version != 1) {
                byte[] other = envelope.clone();
                other[0] = (byte) (version << 4);
                broken.add(other);
            }
        }
        return broken;
    }

    @Test
    void brokenItemsAreMisses() {
        String truth = read(domain);
        Map<List<String>, byte[]> items = itemsOfAllRegions();
        items.forEach((place, envelope) -> {
            for (byte[] broken : broken(envelope)) {
                redis.call("HSET", place.get(0), place.get(1), broken);
                assertThat(read(domain)).as("%s", place).isEqualTo(truth);
            }
            assertThat((byte[]) redis.callRaw("HGET", place.get(0), place.get(1)))
                    .as("%s has been replaced", place)
                    .hasSameSizeAs(envelope);
        });
        assertThat(System.getProperty(Trap.SPRUNG)).isNull();
    }

    /** The entry of one key under another key: its checksum is correct if the mapping is the same. */
    @Test
    void itemsInThePlacesOfOthersBreakNothing() {
        String truth = read(domain);
        read(domain);
        Map<List<String>, byte[]> items = items("hostile");
        items.forEach((place, envelope) -> items.forEach((other, wrong) -> {
            if (!place.get(0).equals(other.get(0))) {
                redis.call("HSET", place.get(0), place.get(1), wrong);
                assertThat(read(domain)).as("%s in %s", other, place).isEqualTo(truth);
            }
        }));
    }

    /** Keys that are not hashes, and possible contents of the stamp's field. */
    @Test
    void keysOfOtherTypesAreMisses() {
        String truth = read(domain);
        for (String suffix : List.of("data", "guards", "tables")) {
            for (String key : redis.keys("hostile:*:" + suffix)) {
                redis.call("DEL", key);
                redis.call("SET", key, "a text");
                assertThat(read(domain)).as(key).isEqualTo(truth);
                redis.call("DEL", key);
                assertThat(read(domain)).as(key).isEqualTo(truth);
            }
        }
        for (String key : redis.keys("hostile:*:data")) {
            for (String line : List.of("", "x", "99999999999999999999 x", "-1 ", "1", "\u0000")) {
                redis.call("HSET", key, "!s", line);
                assertThat(read(domain)).as(key + " " + line).isEqualTo(truth);
            }
            redis.call("DEL", key);
        }
    }

    private static byte[] envelope(CheckedCodec<?, ?> codec, byte[] input) {
        byte[] body = new byte[input.length + 3];
        System.arraycopy(input, 1, body, 4, input.length - 1);
        codec.fingerprint().seal(body);
        return join(new byte[] {0x10, 0, 0, 0, 0, 0, 0, 0, 1}, body);
    }

    private static String data(Class<?> entity) {
        return "hostile:{" + entity.getName() + "}:data";
    }

    @Test
    void whatIsMadeToHurtIsAMiss() {
        String truth = read(domain);
        CheckedCodec<?, ?> codec = (CheckedCodec<?, ?>) codecs.entity(domain.entity(Loose.class));
        HostileBytesTest.made(50).forEach((name, input) -> {
            redis.call("HSET", data(Loose.class), "1", envelope(codec, input));
            assertThat(read(domain)).as(name).isEqualTo(truth);
        });
        assertThat(System.getProperty(Trap.SPRUNG)).isNull();
    }

    /** Replaces each attribute by values of other classes, written without the checks of the mapping. */
    @Test
    void valuesThatTheMappingDoesNotAnnounceAreMisses() {
        ValueCodec codec = codecs.entity(domain.entity(Everything.class));
        List<Serializable> values = List.of(
                "a text",
                -5,
                Long.MAX_VALUE,
                new BigDecimal("1E+9"),
                new Timestamp(5),
                Locale.ROOT,
                new Object[] {1, new Long[] {null}},
                new Object[0],
                Color.RED,
                new ArrayList<>(List.of(1)),
                new byte[0]);
        CacheEntry entry = entry();
        int length = entry.getDisassembledState().length;
        for (int i = 0; i < length; i++) {
            for (Serializable value : values) {
                byte[] body = unchecked((EntityCodec) codec, entry, i, value);
                redis.call("HSET", data(Everything.class), "1", join(new byte[] {0x10, 0, 0, 0, 0, 0, 0, 0, 1}, body));
                domain.inTransaction(session -> session.find(Everything.class, 1L));
            }
        }
    }

    private static CacheEntry entry() {
        return domain.inTransaction(session -> ValueCodecTest.entry(session, session.find(Everything.class, 1L)));
    }

    private static byte[] unchecked(EntityCodec codec, CacheEntry entry, int position, Serializable value) {
        WireOutput out = Fingerprint.begin();
        codec.write(out, entry);
        int header = 4 + 1 + 1 + position / 4;
        byte[] before = out.toBytes();
        // The attribute gets the self-describing form, and the following bytes move.
        WireOutput shorter = Fingerprint.begin();
        Serializable kept = entry.getDisassembledState()[position];
        entry.getDisassembledState()[position] = null;
        codec.write(shorter, entry);
        byte[] without = shorter.toBytes();
        entry.getDisassembledState()[position] = kept;
        int at = 0;
        while (at < without.length && (at == header || without[at] == before[at])) {
            at++;
        }
        WireOutput inserted = new WireOutput();
        codec.values().write(inserted, value);
        byte[] hostile = join(
                join(Arrays.copyOf(without, at), inserted.toBytes()), Arrays.copyOfRange(without, at, without.length));
        hostile[header] |= (byte) (AttributeCodec.TAGGED << 2 * (position % 4));
        return codec.fingerprint().seal(hostile);
    }

    @Test
    void everyFlippedBitOfAnEntityIsAValueOrAMiss() {
        EntityCodec codec = (EntityCodec) codecs.entity(domain.entity(Everything.class));
        byte[] body = codec.encode(entry());
        for (int bit = 8 * 5; bit < 8 * body.length; bit += 7) {
            byte[] flipped = body.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            codec.fingerprint().seal(flipped);
            redis.call("HSET", data(Everything.class), "1", join(new byte[] {0x10, 0, 0, 0, 0, 0, 0, 0, 1}, flipped));
            domain.inTransaction(session -> session.find(Everything.class, 1L));
        }
    }

    /** One line for each region, at most every 30 seconds. */
    @Test
    void aLineNamesTheRegionAndTheKey() {
        PrintStream original = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (Domain other = application("hostile-log")) {
            other.inTransaction(session -> {
                persistEverything(session);
                return null;
            });
            read(other);
            read(other);
            System.setErr(new PrintStream(log, true, UTF_8));
            for (int i = 0; i < 5; i++) {
                items("hostile-log").forEach((place, envelope) -> {
                    envelope[envelope.length - 1]++;
                    redis.call("HSET", place.get(0), place.get(1), envelope);
                });
                read(other);
                read(other);
            }
        } finally {
            System.setErr(original);
        }
        List<String> lines = log.toString(UTF_8)
                .lines()
                .filter(line -> line.contains("HRP-201"))
                .toList();
        assertThat(lines)
                .filteredOn(line -> line.contains(Loose.class.getName() + ": "))
                .singleElement()
                .asString()
                .contains("key 1.");
        assertThat(lines)
                .anyMatch(line -> line.contains(Basket.class.getName() + ".prices"))
                .anyMatch(line -> line.contains("default-query-results-region"));
    }
}
