package io.github.hibernateredis.codec;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.NaturalId;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the size of an entry with the minimum for its parts. */
class SizesTest {

    enum Grade {
        BRONZE,
        SILVER,
        GOLD
    }

    /** A typical entity: eight attributes, one of them a natural id. */
    @Entity(name = "Customer")
    static class Customer {
        @Id
        Long id;

        @NaturalId
        String email;

        String name;
        String city;
        BigDecimal balance;
        LocalDateTime registered;

        @Enumerated(EnumType.STRING)
        Grade grade;

        boolean active;

        @Version
        int version;

        @ElementCollection
        @OrderColumn
        List<Long> orders = new ArrayList<>();
    }

    /** Format version and flags, the stamp, the checksum, the form of the payload. */
    private static final int ENVELOPE = 1 + 8 + 4 + 1;

    /** The part of it that the store writes. */
    private static final int STORED = 1 + 8;

    static Domain domain;
    static Codecs codecs;

    @BeforeAll
    static void open() {
        domain = new Domain(new Class<?>[] {Customer.class}, configuration -> {});
        codecs = new Codecs(domain.factory, List.of(), warning -> {});
    }

    @AfterAll
    static void close() {
        domain.close();
    }

    private static Customer customer(long id) {
        Customer customer = new Customer();
        customer.id = id;
        customer.email = "customer" + id + "@example.org";
        customer.name = "Customer Number " + id;
        customer.city = "City of " + id % 100;
        customer.balance = BigDecimal.valueOf(id * 37 % 1_000_000, 2);
        customer.registered = LocalDateTime.of(2020, 1, 1, 0, 0).plusMinutes(id * 17);
        customer.grade = Grade.values()[(int) (id % Grade.values().length)];
        customer.active = id % 3 != 0;
        customer.version = (int) (id % 300);
        return customer;
    }

    /** The bytes of a number without leading zeros, and its sign. */
    private static int number(long number) {
        return (Long.SIZE - Long.numberOfLeadingZeros(number < 0 ? ~number : number) + 1 + Byte.SIZE - 1) / Byte.SIZE;
    }

    private static int text(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length + 1;
    }

    private static int decimal(BigDecimal decimal) {
        return decimal.unscaledValue().toByteArray().length + 1;
    }

    /** In seconds. */
    private static int dateTime(LocalDateTime dateTime) {
        return number(dateTime.toEpochSecond(ZoneOffset.UTC));
    }

    private static int leastOf(Customer customer) {
        return text(customer.email)
                + text(customer.name)
                + text(customer.city)
                + decimal(customer.balance)
                + dateTime(customer.registered)
                + 1 // the enum
                + 1 // the boolean
                + number(customer.version);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 42, 12_345, 100_000, 123_456_789_012L})
    void anEntityTakesATenthMoreThanItsFieldsAndTheEnvelope(long id) {
        Customer customer = customer(id);
        EntityPersister persister = domain.entity(Customer.class);
        byte[] body = domain.inTransaction(
                session -> codecs.entity(persister).encode(ValueCodecTest.entry(session, customer)));
        int least = leastOf(customer) + ENVELOPE;
        assertThat(STORED + body.length).isBetween(least, least + least / 10);
    }

    @Test
    void theEnvelopeTakesSixteenBytesAtMost() {
        assertThat(ENVELOPE).isLessThanOrEqualTo(16);
        byte[] nothing = domain.inTransaction(session ->
                codecs.entity(domain.entity(Customer.class)).encode(ValueCodecTest.entry(session, new Customer())));
        assertThat(nothing)
                .as("check, form, subclass, two bits for each attribute, the primitive ones")
                .hasSize(4 + 1 + 1 + 3 + 2);
    }

    @Test
    void aNaturalIdTakesItsIdentifier() {
        long id = 123_456;
        byte[] body = codecs.naturalId(domain.entity(Customer.class)).encode(id);
        assertThat(STORED + body.length).isLessThanOrEqualTo(ENVELOPE + 1 + number(id) + 1);
    }

    @Test
    void aCollectionTakesItsElements() {
        CollectionPersister orders = domain.collection(Customer.class, "orders");
        int count = 100;
        byte[] body = domain.inTransaction(session -> {
            Customer customer = customer(1);
            for (long i = 0; i < count; i++) {
                customer.orders.add(1_000_000 + i);
            }
            session.persist(customer);
            session.flush();
            Object entry = new org.hibernate.cache.spi.entry.CollectionCacheEntry(
                    session.getPersistenceContextInternal()
                            .getCollection(new org.hibernate.engine.spi.CollectionKey(orders, 1L)),
                    orders);
            return codecs.collection(orders).encode(entry);
        });
        int least = ENVELOPE + 1 + count * number(1_000_000);
        assertThat(STORED + body.length).isLessThanOrEqualTo(least + least / 10);
    }

    @Test
    void keysAreTheIdentifiersAndFourBytesAtMost() {
        EntityPersister persister = domain.entity(Customer.class);
        CollectionPersister orders = domain.collection(Customer.class, "orders");
        String name = persister.getEntityName();
        for (long id : new long[] {1, 42, Long.MAX_VALUE}) {
            int own = Long.toString(id).length();
            EntryKeys entities = EntryKeys.forEntity(name, name);
            assertThat(entities.entity(id, persister, domain.factory, null).name())
                    .hasSize(own);
            assertThat(entities.entity(id, persister, domain.factory, "t").name())
                    .hasSize(own + 1 + "t".length());
            EntryKeys collections = EntryKeys.forCollection(orders.getRole(), orders.getRole());
            assertThat(collections.collection(id, orders, domain.factory, null).name())
                    .hasSizeLessThanOrEqualTo(own + 4);
        }
        String email = "customer@example.org";
        EntryKeys naturalIds = EntryKeys.forNaturalId(name, name + "##NaturalId");
        domain.inTransaction(session -> {
            assertThat(naturalIds.naturalId(email, persister, session, null).name())
                    .hasSizeLessThanOrEqualTo(email.length() + 4);
            return null;
        });
    }

    /** Compared with the minimum size of the value plus one byte for its end. */
    @Test
    void valuesTakeLittleMoreThanTheirOwn() {
        assertScalar(0, 1);
        assertScalar(-1L, 1);
        assertScalar(1_000_000L, 3);
        assertScalar(new UUID(1, 2), 16);
        assertScalar(new BigDecimal("0.00"), 2);
        assertScalar(new BigDecimal("12345.67"), 5);
        assertScalar(new BigDecimal("-1234567890.12"), 7);
        assertScalar("", 1);
        assertScalar("Latin \u00fc", 8);
        assertScalar(LocalDateTime.of(2026, 1, 2, 3, 4), 6);
        assertScalar(LocalDateTime.of(2026, 1, 2, 3, 4, 5, 678_000_000), 8);
        assertScalar(Instant.ofEpochMilli(1_700_000_000_123L), 7);
        assertScalar(OffsetDateTime.of(2026, 1, 2, 3, 4, 5, 0, ZoneOffset.ofHours(2)), 7);
        assertScalar(new byte[100], 101);
    }

    private static void assertScalar(Object value, int length) {
        WireOutput out = new WireOutput();
        Scalar<?> scalar = Scalar.of(value.getClass());
        scalar.write(out, value);
        assertThat(out.toBytes()).as("%s", value).hasSizeLessThanOrEqualTo(length);
        Object back = scalar.read(new WireInput(out.toBytes(), 0));
        assertThat(Arrays.deepEquals(new Object[] {back}, new Object[] {value}))
                .as("%s", value)
                .isTrue();
    }
}
