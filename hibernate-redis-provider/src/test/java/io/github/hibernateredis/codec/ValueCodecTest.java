package io.github.hibernateredis.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hibernateredis.codec.CodecDomain.Address;
import io.github.hibernateredis.codec.CodecDomain.Animal;
import io.github.hibernateredis.codec.CodecDomain.Book;
import io.github.hibernateredis.codec.CodecDomain.ByEmbedded;
import io.github.hibernateredis.codec.CodecDomain.Cat;
import io.github.hibernateredis.codec.CodecDomain.Color;
import io.github.hibernateredis.codec.CodecDomain.Detail;
import io.github.hibernateredis.codec.CodecDomain.Dog;
import io.github.hibernateredis.codec.CodecDomain.Everything;
import io.github.hibernateredis.codec.CodecDomain.Gadget;
import io.github.hibernateredis.codec.CodecDomain.Geo;
import io.github.hibernateredis.codec.CodecDomain.Inner;
import io.github.hibernateredis.codec.CodecDomain.Kind;
import io.github.hibernateredis.codec.CodecDomain.Loose;
import io.github.hibernateredis.codec.CodecDomain.Money;
import io.github.hibernateredis.codec.CodecDomain.Owner;
import io.github.hibernateredis.codec.CodecDomain.Part;
import io.github.hibernateredis.codec.CodecDomain.Place;
import io.github.hibernateredis.codec.CodecDomain.Plan;
import io.github.hibernateredis.codec.CodecDomain.Profile;
import io.github.hibernateredis.codec.CodecDomain.Rgb;
import io.github.hibernateredis.codec.CodecDomain.Shelf;
import io.github.hibernateredis.codec.CodecDomain.Step;
import io.github.hibernateredis.codec.CodecDomain.Wheel;
import java.io.Serializable;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
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
import java.time.Year;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Currency;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TimeZone;
import java.util.UUID;
import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
import org.hibernate.cache.spi.entry.CacheEntry;
import org.hibernate.cache.spi.entry.CollectionCacheEntry;
import org.hibernate.cache.spi.entry.ReferenceCacheEntryImpl;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.engine.spi.CollectionKey;
import org.hibernate.engine.spi.SessionImplementor;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.property.access.internal.PropertyAccessStrategyBackRefImpl;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ValueCodecTest {

    static Domain domain;

    final List<String> warnings = new ArrayList<>();
    Codecs codecs;

    @BeforeAll
    static void fill() {
        domain = new Domain();
        domain.inTransaction(session -> {
            Dog dog = new Dog(7L, "Rex", 3);
            Cat cat = new Cat();
            cat.id = 8L;
            cat.lastSeen = LocalDate.of(2024, 2, 29);
            cat.fur = Color.GREEN;
            session.persist(dog);
            session.persist(cat);
            ByEmbedded composite = new ByEmbedded(new Place("Ulm", 3, "EG", Color.GREEN), "U3");
            session.persist(composite);
            session.persist(everything(dog, composite));
            Everything empty = new Everything();
            empty.id = 2L;
            session.persist(empty);
            Owner owner = new Owner();
            owner.id = 1L;
            owner.animals.add(dog);
            owner.animals.add(cat);
            owner.lines.addAll(Arrays.asList("one", "two", "three"));
            owner.colors.addAll(List.of(Color.values()));
            owner.addresses.put("home", new Address("Main", 1, new Geo(1.5, -2.5)));
            owner.addresses.put("work", new Address(null, 2, null));
            owner.labels = new String[] {"x", "y"};
            session.persist(owner);
            Detail detail = new Detail();
            detail.id = 5L;
            detail.owner = owner;
            detail.text = "\uD83D\uDC15 and \uD800 alone";
            session.persist(detail);
            Shelf shelf = new Shelf();
            shelf.id = 1L;
            shelf.things.addAll(List.of("cup", "cup", "plate"));
            session.persist(shelf);
            session.persist(new Book(1L, "978"));
            return null;
        });
    }

    @AfterAll
    static void close() {
        domain.close();
    }

    @BeforeEach
    void newCodecs() {
        codecs = new Codecs(domain.factory, List.of(), warnings::add);
    }

    static Everything everything(Animal pet, ByEmbedded composite) {
        Everything e = new Everything();
        e.id = 1L;
        e.flag = true;
        e.tiny = -8;
        e.small = -300;
        e.medium = Integer.MIN_VALUE;
        e.big = Long.MAX_VALUE;
        e.real = Float.MIN_VALUE;
        e.exact = Double.MAX_VALUE;
        e.letter = '\u00e4';
        e.boxedFlag = false;
        e.boxedTiny = 1;
        e.boxedSmall = 2;
        e.boxedMedium = 3;
        e.boxedBig = 4L;
        e.boxedReal = -0.5f;
        e.boxedExact = 1e-300;
        e.boxedLetter = 'x';
        e.text = "plain, \u00fcber, \u20ac, \uD83D\uDE00";
        e.decimal = new BigDecimal("12345.670");
        e.integer = new BigInteger("-123456789012345678901234567890");
        e.uuid = new UUID(1, -1);
        e.color = Color.GREEN;
        e.namedColor = Color.BLUE;
        e.localDate = LocalDate.of(2026, 11, 21);
        e.localTime = LocalTime.of(23, 59, 59, 123_000_000);
        e.localDateTime = LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_000_000);
        e.instant = Instant.parse("2026-01-02T03:04:05.678Z");
        e.offsetDateTime = OffsetDateTime.parse("2026-01-02T03:04:05+02:30");
        e.zonedDateTime = ZonedDateTime.of(e.localDateTime, ZoneId.of("Asia/Tokyo"));
        e.offsetTime = OffsetTime.of(1, 2, 3, 0, ZoneOffset.ofHours(-3));
        e.duration = Duration.ofSeconds(-5, 7);
        e.year = Year.of(2026);
        e.zone = ZoneId.of("Europe/Berlin");
        e.zoneOffset = ZoneOffset.ofHours(5);
        e.date = new Date(1_700_000_000_123L);
        e.day = new Date(1_700_000_000_123L);
        e.sqlDate = java.sql.Date.valueOf("2026-03-04");
        e.sqlTime = Time.valueOf("05:06:07");
        e.sqlTimestamp = Timestamp.valueOf("1950-01-02 03:04:05.123456");
        e.calendar = Calendar.getInstance(TimeZone.getTimeZone("America/New_York"), Locale.US);
        e.timeZone = TimeZone.getTimeZone("Asia/Kolkata");
        e.locale = Locale.forLanguageTag("de-CH");
        e.currency = Currency.getInstance("EUR");
        e.bytes = new byte[] {0, -1, 127};
        e.boxedBytes = new Byte[] {1, -2};
        e.chars = "chars".toCharArray();
        e.boxedChars = new Character[] {'a', '\u20ac'};
        e.texts = new String[] {"a", null, "\u20ac"};
        e.numbers = new int[] {1, -1, Integer.MAX_VALUE};
        e.uuids = new UUID[] {new UUID(3, 4)};
        e.colors = new Color[] {Color.GREEN, Color.RED};
        e.words = new ArrayList<>(List.of("x", "y"));
        e.money = new Money(new BigDecimal("1.50"), Currency.getInstance("USD"));
        e.price = new Money(new BigDecimal("2"), Currency.getInstance("JPY"));
        e.rgb = new Rgb(1, 2, 3);
        e.profile = new Profile("nick", new Part(9));
        e.gadget = gadget();
        e.home = new Address("Road", 12, new Geo(null, 3.25));
        e.pet = pet;
        e.composite = composite;
        e.any = pet;
        try {
            e.url = URI.create("https://example.org/a?b=c").toURL();
            e.address = InetAddress.getByName("10.1.2.3");
        } catch (java.io.IOException impossible) {
            throw new AssertionError(impossible);
        }
        return e;
    }

    /** Has a cycle and a shared part. */
    static Gadget gadget() {
        Gadget gadget = new Gadget("all");
        Gadget part = new Gadget("part");
        part.owner = gadget;
        gadget.parts.add(part);
        gadget.parts.add(part);
        gadget.scratch = "not kept";
        return gadget;
    }

    static CacheEntry entry(SessionImplementor session, Object entity) {
        EntityPersister persister = session.getEntityPersister(null, entity);
        return persister.buildCacheEntry(entity, persister.getValues(entity), persister.getVersion(entity), session);
    }

    CacheEntry everythingEntry() {
        return domain.inTransaction(session -> entry(session, session.find(Everything.class, 1L)));
    }

    ValueCodec everythingCodec() {
        return codecs.entity(domain.entity(Everything.class));
    }

    /** Equal, and of exactly the same classes at every level. */
    static void assertIdentical(String what, Object actual, Object expected) {
        if (expected == null
                || expected == LazyPropertyInitializer.UNFETCHED_PROPERTY
                || expected == PropertyAccessStrategyBackRefImpl.UNKNOWN) {
            assertThat(actual).as(what).isSameAs(expected);
            return;
        }
        assertThat(actual).as(what).isNotNull().hasSameClassAs(expected);
        if (expected.getClass().isArray()) {
            assertThat(Array.getLength(actual)).as(what).isEqualTo(Array.getLength(expected));
            for (int i = 0; i < Array.getLength(expected); i++) {
                assertIdentical(what + '[' + i + ']', Array.get(actual, i), Array.get(expected, i));
            }
        } else if (!(expected instanceof Gadget)) {
            assertThat(actual).as(what).isEqualTo(expected);
        }
    }

    static void assertIdentical(CacheEntry actual, CacheEntry expected) {
        assertThat(actual.getSubclass()).isEqualTo(expected.getSubclass());
        assertThat(actual.getVersion()).isEqualTo(expected.getVersion());
        assertIdentical(expected.getSubclass(), actual.getDisassembledState(), expected.getDisassembledState());
    }

    @Test
    void keepsEveryKindOfAttributeExactly() {
        CacheEntry entry = everythingEntry();
        byte[] bytes = everythingCodec().encode(entry);

        assertIdentical((CacheEntry) everythingCodec().decode(bytes), entry);
        assertThat(entry.getDisassembledState())
                .as("all attributes have a value")
                .doesNotContainNull();
    }

    @Test
    void keepsNulls() {
        CacheEntry entry = domain.inTransaction(session -> entry(session, session.find(Everything.class, 2L)));

        byte[] bytes = everythingCodec().encode(entry);

        assertIdentical((CacheEntry) everythingCodec().decode(bytes), entry);
        assertThat(bytes).as("nulls take two bits").hasSizeLessThan(64);
    }

    @Test
    void keepsCyclesOfGraphsAndSkipsTransients() {
        CacheEntry entry = everythingEntry();
        CacheEntry decoded =
                (CacheEntry) everythingCodec().decode(everythingCodec().encode(entry));

        Gadget gadget = (Gadget) Arrays.stream(decoded.getDisassembledState())
                .filter(Gadget.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertThat(gadget.parts).hasSize(2);
        assertThat(gadget.parts.get(0)).isSameAs(gadget.parts.get(1));
        assertThat(gadget.parts.get(0).owner).isSameAs(gadget);
        assertThat(gadget.scratch).isNull();
    }

    @Test
    void assemblesInAnotherSessionFactory() {
        byte[] bytes = everythingCodec().encode(everythingEntry());
        try (Domain other = new Domain()) {
            Codecs others = new Codecs(other.factory, List.of(), warnings::add);
            CacheEntry entry =
                    (CacheEntry) others.entity(other.entity(Everything.class)).decode(bytes);
            assertThat(entry)
                    .as("the fingerprint is that of the mapping, not of the factory")
                    .isNotNull();
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void keepsThePlaceholdersThatTheOrmComparesByIdentity() {
        CacheEntry entry = everythingEntry();
        Serializable[] state = entry.getDisassembledState();
        state[0] = LazyPropertyInitializer.UNFETCHED_PROPERTY;
        assertThat(everythingCodec().decode(everythingCodec().encode(entry)))
                .as("the ORM would take it for a value: the class is not enhanced")
                .isNull();

        CacheEntry wheel = domain.inTransaction(session -> entry(session, new Wheel()));
        Serializable[] made = wheel.getDisassembledState();
        assertThat(made).isNotEmpty();
        Arrays.fill(made, PropertyAccessStrategyBackRefImpl.UNKNOWN);
        ValueCodec wheels = codecs.entity(domain.entity(Wheel.class));
        assertIdentical((CacheEntry) wheels.decode(wheels.encode(wheel)), wheel);

        state[0] = PropertyAccessStrategyBackRefImpl.UNKNOWN;
        assertThat(everythingCodec().decode(everythingCodec().encode(entry)))
                .as("no attribute that the ORM made up")
                .isNull();
    }

    @Test
    void keepsEnumsOfEmbeddablesInOneColumn() {
        CacheEntry entry = domain.inTransaction(session -> {
            Plan plan = new Plan();
            plan.id = 1L;
            plan.steps = new Step[] {new Step(Kind.SECOND, new Inner(Color.GREEN)), new Step(Kind.FIRST, null)};
            return entry(session, plan);
        });
        ValueCodec plans = codecs.entity(domain.entity(Plan.class));
        CacheEntry decoded = (CacheEntry) plans.decode(plans.encode(entry));
        assertThat(decoded.getDisassembledState()).usingRecursiveComparison().isEqualTo(entry.getDisassembledState());
    }

    /** Whatever an attribute contains: every stored value can be read again, or it is not stored. */
    @Test
    void storesNothingThatTheMappingDoesNotAnnounce() {
        List<Serializable> values = List.of(
                "a text",
                5,
                new Timestamp(5),
                new Locale("ja", "JP", "JP"),
                new Object[] {1, new Long[] {null, 2L}},
                Color.RED);
        int stored = 0;
        int refused = 0;
        for (int i = 0; i < everythingEntry().getDisassembledState().length; i++) {
            for (Serializable value : values) {
                CacheEntry entry = everythingEntry();
                entry.getDisassembledState()[i] = value;
                try {
                    byte[] bytes = everythingCodec().encode(entry);
                    Object decoded = everythingCodec().decode(bytes);
                    if (decoded != null) {
                        assertIdentical((CacheEntry) decoded, entry);
                        stored++;
                    }
                } catch (UncacheableValueException e) {
                    assertThat(e).hasMessageContaining(value.getClass().getName());
                    refused++;
                }
            }
        }
        assertThat(stored).isPositive();
        assertThat(refused).isGreaterThan(stored);
    }

    @Test
    void keepsValuesOfAnyClassWhereTheMappingNamesNone() {
        ValueCodec loose = looseCodec();
        for (Serializable value : List.of("x", 5L, new Timestamp(5), new Object[] {1, new Long[] {null, 2L}})) {
            CacheEntry entry = looseEntry(value);
            assertIdentical((CacheEntry) loose.decode(loose.encode(entry)), entry);
        }
    }

    ValueCodec looseCodec() {
        return codecs.entity(domain.entity(Loose.class));
    }

    static CacheEntry looseEntry(Serializable value) {
        CacheEntry entry = domain.inTransaction(session -> entry(session, new Loose()));
        entry.getDisassembledState()[0] = value;
        return entry;
    }

    @Test
    void tellsSubclassesApart() {
        ValueCodec codec = codecs.entity(domain.entity(Animal.class));
        domain.inTransaction(session -> {
            for (Object animal : List.of(session.find(Animal.class, 7L), session.find(Animal.class, 8L))) {
                CacheEntry entry = entry(session, animal);
                CacheEntry decoded = (CacheEntry) codec.decode(codec.encode(entry));
                assertIdentical(decoded, entry);
                assertThat(decoded.getSubclass()).isEqualTo(animal.getClass().getName());
            }
            return null;
        });
    }

    @Test
    void isSmall() {
        CacheEntry entry = domain.inTransaction(session -> entry(session, session.find(Animal.class, 7L)));
        assertThat(codecs.entity(domain.entity(Animal.class)).encode(entry))
                .as("check, form, subclass, header, name, number")
                .hasSize(4 + 1 + 1 + 1 + 4 + 1);
    }

    @Test
    void keepsUnpairedSurrogates() {
        CacheEntry entry = domain.inTransaction(session -> {
            Detail detail = new Detail();
            detail.text = "\uD83D\uDC15 and \uD800 alone \uDC00";
            return entry(session, detail);
        });
        ValueCodec codec = codecs.entity(domain.entity(Detail.class));
        assertIdentical((CacheEntry) codec.decode(codec.encode(entry)), entry);
    }

    @Test
    void keepsCollectionsOfEveryKind() {
        for (String property : List.of("animals", "lines", "colors", "addresses", "labels")) {
            assertCollectionKept(Owner.class, property);
        }
        assertCollectionKept(Shelf.class, "things");
    }

    void assertCollectionKept(Class<?> owner, String property) {
        CollectionPersister persister = domain.collection(owner, property);
        domain.inTransaction(session -> {
            CollectionCacheEntry entry = collectionEntry(session, owner, property, persister);
            ValueCodec codec = codecs.collection(persister);
            CollectionCacheEntry decoded = (CollectionCacheEntry) codec.decode(codec.encode(entry));
            assertThat(entry.getState()).as(property).isNotEmpty();
            assertIdentical(property, decoded.getState(), entry.getState());
            return null;
        });
    }

    static CollectionCacheEntry collectionEntry(
            SessionImplementor session, Class<?> owner, String property, CollectionPersister persister) {
        // 6.6 and 7.0 cannot assemble the owners of arrays, from any cache.
        session.getFactory().getCache().evictAllRegions();
        Object loaded = session.find(owner, 1L);
        PersistentCollection<?> collection =
                session.getPersistenceContextInternal().getCollection(new CollectionKey(persister, 1L));
        collection.forceInitialization();
        assertThat(loaded).isNotNull();
        return new CollectionCacheEntry(collection, persister);
    }

    @Test
    void keepsStructuredForms() {
        try (Domain structured = new Domain(c -> c.setProperty("hibernate.cache.use_structured_entries", "true"))) {
            Codecs structuredCodecs = new Codecs(structured.factory, List.of(), warnings::add);
            structured.inTransaction(session -> {
                Owner owner = new Owner();
                owner.id = 1L;
                owner.lines.add("one");
                owner.addresses.put("home", new Address("Main", 1, null));
                session.persist(owner);
                session.persist(new Dog(7L, "Rex", 3));
                session.flush();
                EntityPersister dogs = structured.entity(Dog.class);
                Object entry = dogs.getCacheEntryStructure().structure(entry(session, session.find(Animal.class, 7L)));
                ValueCodec codec = structuredCodecs.entity(structured.entity(Animal.class));
                assertThat(codec.decode(codec.encode(entry)))
                        .isInstanceOf(Map.class)
                        .isEqualTo(entry);

                session.clear();
                for (String property : List.of("lines", "addresses")) {
                    CollectionPersister persister = structured.collection(Owner.class, property);
                    Object form = persister
                            .getCacheEntryStructure()
                            .structure(collectionEntry(session, Owner.class, property, persister));
                    ValueCodec collections = structuredCodecs.collection(persister);
                    assertThat(collections.decode(collections.encode(form)))
                            .usingRecursiveComparison()
                            .isEqualTo(form);
                }
                return null;
            });
        }
    }

    @Test
    void keepsIdentifiersBehindNaturalIds() {
        ValueCodec books = codecs.naturalId(domain.entity(Book.class));
        assertThat(books.decode(books.encode(42L))).isEqualTo(42L);

        ValueCodec composite = codecs.naturalId(domain.entity(ByEmbedded.class));
        Place place = new Place("Ulm", 3, "EG", Color.GREEN);
        assertThat(composite.decode(composite.encode(place))).isEqualTo(place).isNotSameAs(place);
    }

    @Test
    void refusesLiveObjects() {
        CacheEntry entry = new ReferenceCacheEntryImpl(new Book(), domain.entity(Book.class));
        assertThatThrownBy(() -> codecs.entity(domain.entity(Book.class)).encode(entry))
                .isInstanceOf(UncacheableValueException.class)
                .hasMessageContaining("use_reference_entries")
                .hasMessageContaining(Book.class.getName());
    }

    /** Its class is in no mapping. */
    record Stranger(String name) implements Serializable {}

    @Test
    void refusesClassesThatAreNotAllowed() {
        CacheEntry entry = looseEntry(new Stranger("x"));
        assertThatThrownBy(() -> looseCodec().encode(entry))
                .isInstanceOf(UncacheableValueException.class)
                .hasMessageContaining(Stranger.class.getName())
                .hasMessageContaining("hibernate.cache.redis.allowed_classes")
                .hasMessageContaining("Loose");

        entry.getDisassembledState()[0] = new ArrayList<>(List.of(new Stranger("x")));
        assertThatThrownBy(() -> looseCodec().encode(entry)).hasMessageContaining(Stranger.class.getName());
    }

    @Test
    void keepsAllowedClasses() {
        for (String allowed : List.of(Stranger.class.getName(), "io.github.hibernateredis.*")) {
            Codecs open = new Codecs(domain.factory, List.of(allowed), warnings::add);
            ValueCodec codec = open.entity(domain.entity(Loose.class));
            CacheEntry entry = looseEntry(null);
            entry.getDisassembledState()[0] = new Stranger[] {new Stranger("x"), new Stranger("y")};
            byte[] bytes = codec.encode(entry);
            assertIdentical((CacheEntry) codec.decode(bytes), entry);

            assertThat(looseCodec().decode(bytes)).as("not allowed here").isNull();
        }
        assertThat(codecs.rejected()).isEqualTo(2);
        assertThat(warnings).singleElement().asString().contains("Loose");
    }

    @Test
    void refusesAnAllowedClassThatIsNotThere() {
        assertThatThrownBy(() -> new Codecs(domain.factory, List.of("com.acme.Nowhere"), warnings::add))
                .hasMessageContaining("hibernate.cache.redis.allowed_classes")
                .hasMessageContaining("com.acme.Nowhere");
    }

    @Test
    void takesBytesOfAnotherRoleAsAMiss() {
        byte[] bytes = everythingCodec().encode(everythingEntry());
        assertThat(codecs.entity(domain.entity(Animal.class)).decode(bytes)).isNull();
        assertThat(codecs.rejected()).isEqualTo(1);
    }

    @Test
    void takesTruncatedBytesAsAMiss() {
        byte[] bytes = everythingCodec().encode(everythingEntry());
        for (int length = 0; length < bytes.length; length++) {
            assertThat(everythingCodec().decode(Arrays.copyOf(bytes, length))).isNull();
        }
        assertThat(everythingCodec().decode(Arrays.copyOf(bytes, bytes.length + 1)))
                .isNull();
    }

    @Test
    void doesNotChangeTheBytesItReads() {
        byte[] bytes = everythingCodec().encode(everythingEntry());
        byte[] copy = bytes.clone();
        everythingCodec().decode(bytes);
        assertThat(bytes).isEqualTo(copy);
    }

    @Test
    void survivesHostileBytes() {
        long seed = Long.getLong("test.seed", System.nanoTime());
        Random random = new Random(seed);
        byte[] original = everythingCodec().encode(everythingEntry());
        ValueCodec codec = everythingCodec();
        Fingerprint fingerprint = ((CheckedCodec<?, ?>) codec).fingerprint();
        int accepted = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] hostile = random.nextInt(4) == 0 ? noise(random) : damaged(original, random);
            fingerprint.seal(hostile); // otherwise the checksum would reject all of them
            codec.decode(hostile); // one-time loading and initialization must not count
            long before = allocated();
            Object decoded = codec.decode(hostile);
            long allocated = allocated() - before;
            accepted += decoded == null ? 0 : 1;
            assertThat(allocated)
                    .as("seed %d, round %d: bytes allocated for %d", seed, round, hostile.length)
                    .isLessThan(400_000L + 64L * hostile.length);
        }
        assertThat(accepted).as("seed %d: some damage is not visible", seed).isLessThan(20_000);
    }

    private static byte[] noise(Random random) {
        byte[] bytes = new byte[4 + random.nextInt(4_000)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] damaged(byte[] original, Random random) {
        byte[] bytes = random.nextInt(8) == 0
                ? Arrays.copyOf(original, 4 + random.nextInt(original.length))
                : original.clone();
        for (int flips = 1 + random.nextInt(4); flips > 0 && bytes.length > 4; flips--) {
            bytes[4 + random.nextInt(bytes.length - 4)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }
}
