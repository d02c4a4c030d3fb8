package io.github.hibernateredis.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hibernateredis.codec.CodecDomain.Animal;
import io.github.hibernateredis.codec.CodecDomain.Book;
import io.github.hibernateredis.codec.CodecDomain.ByBytes;
import io.github.hibernateredis.codec.CodecDomain.ByChar;
import io.github.hibernateredis.codec.CodecDomain.ByCode;
import io.github.hibernateredis.codec.CodecDomain.ByDate;
import io.github.hibernateredis.codec.CodecDomain.ByDay;
import io.github.hibernateredis.codec.CodecDomain.ByDecimal;
import io.github.hibernateredis.codec.CodecDomain.ByEmbedded;
import io.github.hibernateredis.codec.CodecDomain.ByEnum;
import io.github.hibernateredis.codec.CodecDomain.ByIdClass;
import io.github.hibernateredis.codec.CodecDomain.BySharedId;
import io.github.hibernateredis.codec.CodecDomain.ByString;
import io.github.hibernateredis.codec.CodecDomain.ByUuid;
import io.github.hibernateredis.codec.CodecDomain.Code;
import io.github.hibernateredis.codec.CodecDomain.Color;
import io.github.hibernateredis.codec.CodecDomain.Owner;
import io.github.hibernateredis.codec.CodecDomain.Place;
import io.github.hibernateredis.codec.CodecDomain.Ticket;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.hibernate.persister.entity.EntityPersister;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The expected names are literals, so they are the same on every JVM. */
class EntryKeysTest {

    static Domain domain;

    @BeforeAll
    static void open() {
        domain = new Domain();
    }

    @AfterAll
    static void close() {
        domain.close();
    }

    static String key(Class<?> entity, Object id) {
        return key(entity, id, null);
    }

    static String key(Class<?> entity, Object id, String tenant) {
        EntityPersister persister = domain.entity(entity);
        EntryKeys keys = EntryKeys.forEntity(persister.getEntityName(), persister.getEntityName());
        EntryKey key = keys.entity(id, persister, domain.factory, tenant);
        assertThat(key.id()).isSameAs(id);
        return key.name();
    }

    @Test
    void namesIdentifiersReadably() {
        assertThat(key(Animal.class, 42L)).isEqualTo("42");
        assertThat(key(Animal.class, 42L, "acme")).isEqualTo("acme|42");
        assertThat(key(Animal.class, -1L, "")).isEqualTo("|-1");
        assertThat(key(ByString.class, "x y-z_\u20ac.1")).isEqualTo("x y-z_\u20ac.1");
        assertThat(key(ByString.class, "")).isEqualTo("%_");
        assertThat(key(ByString.class, "!a|b#c~d%e,(f)\n\uD800")).isEqualTo("%21a%7cb%23c%7ed%25e%2c%28f%29%0a%ud800");
        assertThat(key(ByUuid.class, new UUID(1, 2))).isEqualTo("00000000-0000-0001-0000-000000000002");
        assertThat(key(ByEnum.class, Color.GREEN)).isEqualTo("GREEN");
        assertThat(key(ByChar.class, '#')).isEqualTo("%23");
        assertThat(key(ByDay.class, LocalDate.of(2026, 1, 2))).isEqualTo("2026-01-02");
        assertThat(key(ByBytes.class, new byte[] {-1, 0, 7})).isEqualTo("_wAH");
        assertThat(key(ByCode.class, new Code("c1"))).as("by the user type").isEqualTo("c1");
        assertThat(key(BySharedId.class, 5L)).isEqualTo("5");
    }

    @Test
    void namesCompositeIdentifiers() {
        assertThat(key(ByEmbedded.class, new Place("Ulm", 3, "EG", Color.GREEN)))
                .isIn("(3,(GREEN,EG),Ulm)");
        domain.inTransaction(session -> {
            Owner owner = new Owner();
            owner.id = 9L;
            session.persist(owner);
            ByIdClass line = new ByIdClass();
            line.order = owner;
            line.number = 2;
            session.persist(line);
            session.flush();
            Object id = session.getIdentifier(line);
            assertThat(key(ByIdClass.class, id)).isEqualTo("(2,9)");
            session.getTransaction().setRollbackOnly();
            session.clear();
            return null;
        });
    }

    @Test
    void givesEqualIdentifiersTheSameName() {
        assertThat(key(ByDecimal.class, new BigDecimal("100"))).isEqualTo("100");
        assertThat(key(ByDecimal.class, new BigDecimal("1E+2"))).isEqualTo("100");
        assertThat(key(ByDecimal.class, new BigDecimal("100.00"))).isEqualTo("100");
        assertThat(key(ByDecimal.class, new BigDecimal("0.000"))).isEqualTo("0");
        assertThat(key(ByDecimal.class, new BigDecimal("1E+2000000000"))).isEqualTo("1E+2000000000");
        assertThat(key(Animal.class, 42)).as("an Integer for a Long").isEqualTo(key(Animal.class, 42L));

        Timestamp timestamp = Timestamp.valueOf("2026-01-02 03:04:05.678");
        assertThat(key(ByDate.class, timestamp)).isEqualTo("2026-01-02T03:04:05.678");
        assertThat(key(ByDate.class, new Date(timestamp.getTime()))).isEqualTo(key(ByDate.class, timestamp));
    }

    @Test
    void tellsTimesApartWhenClocksGoBack() {
        ZoneId zone = ZoneId.of("Europe/Berlin");
        LocalDateTime twice = LocalDateTime.of(2026, 10, 25, 2, 30);
        Timestamp first =
                Timestamp.from(twice.atZone(zone).withEarlierOffsetAtOverlap().toInstant());
        Timestamp second =
                Timestamp.from(twice.atZone(zone).withLaterOffsetAtOverlap().toInstant());
        StringBuilder one = new StringBuilder();
        StringBuilder two = new StringBuilder();
        new KeyText(one, () -> zone, domain.factory).append(first, null, null);
        new KeyText(two, () -> zone, domain.factory).append(second, null, null);
        assertThat(one.toString()).isEqualTo("2026-10-25T02:30");
        assertThat(two.toString()).isEqualTo("2026-10-25T02:30*");
    }

    @Test
    void shortensLongNames() {
        assertThat(key(ByString.class, "x".repeat(64))).hasSize(64);
        assertThat(key(ByString.class, "x".repeat(65))).isEqualTo("%*lTfF_fEgSC99WNJentWD9Q");
        assertThat(key(ByString.class, "\u20ac".repeat(22))).startsWith("%*").hasSize(24);
        assertThat(key(ByString.class, "x".repeat(65), "t"))
                .startsWith("%*")
                .isNotEqualTo(key(ByString.class, "x".repeat(65), "u"));
    }

    @Test
    void namesTheRoleOnlyInRegionsOfAnotherName() {
        EntityPersister animals = domain.entity(Animal.class);
        String name = animals.getEntityName();
        String shown = "io.github.hibernateredis.codec.CodecDomain$Animal";
        assertThat(EntryKeys.forEntity(name, "zoo")
                        .entity(1L, animals, domain.factory, "t")
                        .name())
                .isEqualTo(shown + "~t|1");
        var owned = domain.collection(Owner.class, "animals");
        String role = owned.getRole();
        assertThat(EntryKeys.forCollection(role, "zoo")
                        .collection(7L, owned, domain.factory, null)
                        .name())
                .isEqualTo("io.github.hibernateredis.codec.CodecDomain$Owner.animals#7");
        assertThat(EntryKeys.forCollection(role, role)
                        .collection(7L, owned, domain.factory, "t")
                        .name())
                .isEqualTo("#t|7");
    }

    @Test
    void namesNaturalIds() {
        EntityPersister books = domain.entity(Book.class);
        EntityPersister tickets = domain.entity(Ticket.class);
        EntryKeys inDefault = EntryKeys.forNaturalId(books.getEntityName(), books.getEntityName() + "##NaturalId");
        EntryKeys shared = EntryKeys.forNaturalId(tickets.getEntityName(), "shared");
        domain.inTransaction(session -> {
            assertThat(inDefault.naturalId("978", books, session, null).name()).isEqualTo("##978");
            assertThat(inDefault
                            .naturalId(new Object[] {"978"}, books, session, null)
                            .name())
                    .isEqualTo("##978");
            Animal animal = new Animal(3L, "x");
            session.persist(animal);
            Object[] values = {animal, Color.RED, "A"};
            EntryKey key = shared.naturalId(values, tickets, session, null);
            assertThat(key.name()).isEqualTo("io.github.hibernateredis.codec.CodecDomain$Ticket##(3,RED,A)");
            assertThat(key.id()).isSameAs(values);
            assertThat(shared.naturalId(new Object[] {null, null, ""}, tickets, session, null)
                            .name())
                    .endsWith("##(%-,%-,%_)");
            session.clear();
            return null;
        });
    }

    @Test
    void namesTheClassItCannotMakeAKeyOf() {
        EntityPersister persister = domain.entity(ByString.class);
        EntryKeys keys = EntryKeys.forEntity(persister.getEntityName(), "x");
        assertThatThrownBy(() -> keys.entity(new Thread(), persister, domain.factory, null))
                .isInstanceOf(UncacheableValueException.class)
                .hasMessageContaining("java.lang.Thread");
    }

    /** Values that are easy to confuse, built from few characters so that collisions are likely. */
    @Test
    void neverGivesTwoItemsOneName() {
        long seed = Long.getLong("test.seed", System.nanoTime());
        Random random = new Random(seed);
        EntityPersister persister = domain.entity(ByString.class);
        var owned = domain.collection(Owner.class, "animals");
        Map<String, List<Object>> items = new HashMap<>();
        domain.inTransaction(session -> {
            EntityPersister books = domain.entity(Book.class);
            for (int round = 0; round < 60_000; round++) {
                int kind = random.nextInt(3);
                String role = random.nextBoolean() ? "region" : "r" + text(random);
                String tenant = random.nextBoolean() ? null : text(random);
                String id = text(random);
                String name;
                if (kind == 0) {
                    name = EntryKeys.forEntity(role, "region")
                            .entity(id, persister, domain.factory, tenant)
                            .name();
                } else if (kind == 1) {
                    name = EntryKeys.forCollection(role, "region")
                            .collection(id, owned, domain.factory, tenant)
                            .name();
                } else {
                    tenant = null; // uses the tenant of the session
                    name = EntryKeys.forNaturalId(role, "region")
                            .naturalId(id, books, session, null)
                            .name();
                }
                assertThat(name).as("seed %d", seed).isNotEmpty().doesNotStartWith("!");
                List<Object> item = java.util.Arrays.asList(kind, role, tenant, id);
                assertThat(items.computeIfAbsent(name, n -> item))
                        .as("seed %d: %s", seed, name)
                        .isEqualTo(item);
            }
            return null;
        });
        assertThat(items.size()).as("seed %d: items tried", seed).isGreaterThan(20_000);
    }

    /** Arrays of every shape, nulls and empty texts. */
    @Test
    void neverGivesTwoCompositesOneText() {
        long seed = Long.getLong("test.seed", System.nanoTime());
        Random random = new Random(seed);
        Map<String, Object> values = new HashMap<>();
        for (int round = 0; round < 60_000; round++) {
            Object value = value(random, 3);
            StringBuilder text = new StringBuilder();
            new KeyText(text, () -> ZoneId.of("UTC"), domain.factory).append(value, null, null);
            Object known = values.computeIfAbsent(text.toString(), t -> new Object[] {value});
            assertThat(java.util.Arrays.deepEquals((Object[]) known, new Object[] {value}))
                    .as("seed %d: %s", seed, text)
                    .isTrue();
        }
        assertThat(values.size()).as("seed %d: values tried", seed).isGreaterThan(5_000);
    }

    private static Object value(Random random, int depth) {
        int kind = random.nextInt(depth > 0 ? 4 : 2);
        if (kind == 0) {
            return null;
        } else if (kind == 1) {
            return text(random);
        }
        Object[] values = new Object[random.nextInt(4)];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(random, depth - 1);
        }
        return values;
    }

    private static String text(Random random) {
        String alphabet = "a0!|#~%,()-_*u\n\uD800\uDC00";
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(5); length > 0; length--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
