package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hibernate.annotations.CacheConcurrencyStrategy.READ_WRITE;

import jakarta.persistence.Cacheable;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapsId;
import jakarta.persistence.OneToOne;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.hibernate.annotations.Cache;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Identifiers of every kind, as keys of entities and of their collections. */
class IdentifiersIT {

    enum Planet {
        EARTH,
        MARS {
            @Override
            int moons() {
                return 2;
            }
        };

        int moons() {
            return 1;
        }
    }

    @Entity(name = "ByText")
    @Cacheable
    static class ByText {
        @Id
        String id;

        String value;

        @ElementCollection
        @Cache(usage = READ_WRITE)
        Set<String> words = new HashSet<>();
    }

    @Entity(name = "ByUuid")
    @Cacheable
    static class ByUuid {
        @Id
        @GeneratedValue
        UUID id;

        String value;
    }

    @Entity(name = "ByEnum")
    @Cacheable
    static class ByEnum {
        @Id
        @Enumerated(EnumType.STRING)
        Planet id;

        String value;
    }

    @Entity(name = "ByDate")
    @Cacheable
    static class ByDate {
        @Id
        LocalDate id;

        String value;
    }

    @Entity(name = "ByNumber")
    @Cacheable
    static class ByNumber {
        @Id
        BigDecimal id;

        String value;
    }

    @Entity(name = "ByIdentity")
    @Cacheable
    static class ByIdentity {
        @Id
        @GeneratedValue(strategy = GenerationType.IDENTITY)
        Integer id;

        String value;

        @ElementCollection
        @Cache(usage = READ_WRITE)
        Set<String> words = new HashSet<>();
    }

    @Embeddable
    record OrderId(String shop, LocalDate day, Planet planet) implements Serializable {}

    @Entity(name = "ByEmbedded")
    @Cacheable
    static class ByEmbedded {
        @EmbeddedId
        OrderId id;

        String value;

        @ElementCollection
        @Cache(usage = READ_WRITE)
        Set<String> words = new HashSet<>();
    }

    public static class LineId implements Serializable {
        Integer line;
        OrderId order;

        public LineId() {}

        LineId(Integer line, OrderId order) {
            this.line = line;
            this.order = order;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof LineId that && line.equals(that.line) && order.equals(that.order);
        }

        @Override
        public int hashCode() {
            return Objects.hash(line, order);
        }
    }

    @Entity(name = "ByClass")
    @Cacheable
    @IdClass(LineId.class)
    static class ByClass {
        @Id
        Integer line;

        @Id
        @ManyToOne(fetch = FetchType.LAZY)
        ByEmbedded order;

        String value;
    }

    @Entity(name = "ByOther")
    @Cacheable
    static class ByOther {
        @Id
        String id;

        @MapsId
        @OneToOne(fetch = FetchType.LAZY)
        ByText other;

        String value;
    }

    private static Nodes nodes;

    @BeforeAll
    static void start() {
        nodes = Nodes.start(Application.on(
                        "identifiers",
                        ByText.class,
                        ByUuid.class,
                        ByEnum.class,
                        ByDate.class,
                        ByNumber.class,
                        ByIdentity.class,
                        ByEmbedded.class,
                        ByClass.class,
                        ByOther.class)
                .set("hibernate.globally_quoted_identifiers", "true"));
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "a|b",
                "#1",
                "~",
                "!stamp",
                "!",
                "%41",
                "a%00",
                "(1,2)",
                "null",
                "日本語 \uD83D\uDE00",
                "a\nb",
                "x{y}z",
                "é\u0301",
                "a very long identifier, longer than a key is written out: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void textWithAnyCharacters(String id) {
        nodes.one.transact(session -> {
            ByText entity = new ByText();
            entity.id = id;
            entity.value = "value of " + id;
            entity.words.add(id);
            session.persist(entity);
        });
        nodes.share(session -> {
            assertThat(session.find(ByText.class, id).value).isEqualTo("value of " + id);
            assertThat(session.find(ByText.class, id).words).containsExactly(id);
        });
        nodes.seeChange(
                session -> session.find(ByText.class, id).value = "changed",
                session -> assertThat(session.find(ByText.class, id).value).isEqualTo("changed"));
    }

    @Test
    void textsThatLookAlikeAreDifferentKeys() {
        String[] ids = {"A", "a", "A ", "A%20"};
        nodes.one.transact(session -> {
            for (String id : ids) {
                ByText entity = new ByText();
                entity.id = id;
                entity.value = id;
                session.persist(entity);
            }
        });
        nodes.share(session -> {
            for (String id : ids) {
                assertThat(session.find(ByText.class, id).value).isEqualTo(id);
            }
        });
    }

    @Test
    void uuid() {
        UUID[] id = new UUID[1];
        nodes.one.transact(session -> {
            ByUuid entity = new ByUuid();
            entity.value = "a";
            session.persist(entity);
            id[0] = entity.id;
        });
        Nodes.assertServed(
                nodes.two,
                session -> assertThat(session.find(ByUuid.class, id[0]).value).isEqualTo("a"));
        nodes.seeChange(
                session -> session.find(ByUuid.class, id[0]).value = "b",
                session -> assertThat(session.find(ByUuid.class, id[0]).value).isEqualTo("b"));
    }

    @Test
    void enumConstantsWithAndWithoutABody() {
        nodes.one.transact(session -> {
            for (Planet planet : Planet.values()) {
                ByEnum entity = new ByEnum();
                entity.id = planet;
                entity.value = planet.name();
                session.persist(entity);
            }
        });
        nodes.share(session -> {
            assertThat(session.find(ByEnum.class, Planet.EARTH).value).isEqualTo("EARTH");
            assertThat(session.find(ByEnum.class, Planet.MARS).value).isEqualTo("MARS");
        });
        nodes.seeChange(
                session -> session.find(ByEnum.class, Planet.MARS).value = "red",
                session -> assertThat(session.find(ByEnum.class, Planet.MARS).value)
                        .isEqualTo("red"));
    }

    @Test
    void date() {
        LocalDate id = LocalDate.of(2024, 2, 29);
        nodes.one.transact(session -> {
            ByDate entity = new ByDate();
            entity.id = id;
            entity.value = "leap";
            session.persist(entity);
        });
        nodes.share(session -> assertThat(session.find(ByDate.class, id).value).isEqualTo("leap"));
    }

    /** The database returns 1.50 for a stored 1.5: one row, one key. */
    @Test
    void numberInAnyScale() {
        nodes.one.transact(session -> {
            ByNumber entity = new ByNumber();
            entity.id = new BigDecimal("1.5");
            entity.value = "a";
            session.persist(entity);
        });
        nodes.share(session -> assertThat(session.find(ByNumber.class, new BigDecimal("1.5")).value)
                .isNotNull());
        nodes.two.transact(session ->
                session.createQuery("from ByNumber", ByNumber.class).list().forEach(entity -> entity.value = "b"));
        nodes.one.transact(session -> assertThat(session.find(ByNumber.class, new BigDecimal("1.5")).value)
                .isEqualTo("b"));
    }

    @Test
    void identity() {
        Integer[] id = new Integer[1];
        nodes.one.transact(session -> {
            ByIdentity entity = new ByIdentity();
            entity.value = "a";
            entity.words.add("word");
            session.persist(entity);
            id[0] = entity.id;
        });
        nodes.share(session -> {
            assertThat(session.find(ByIdentity.class, id[0]).value).isEqualTo("a");
            assertThat(session.find(ByIdentity.class, id[0]).words).containsExactly("word");
        });
        Nodes.rollBack(nodes.one, session -> {
            ByIdentity entity = new ByIdentity();
            session.persist(entity);
            id[0] = entity.id;
            session.flush();
            session.clear();
            assertThat(session.find(ByIdentity.class, id[0])).isNotNull();
        });
        assertThat(nodes.two.find(ByIdentity.class, id[0])).isNull();
    }

    @Test
    void embeddedAndClassAndDerived() {
        OrderId orderId = new OrderId("a,b(c)", LocalDate.of(2024, 1, 1), Planet.MARS);
        nodes.one.transact(session -> {
            ByEmbedded order = new ByEmbedded();
            order.id = orderId;
            order.value = "order";
            order.words.add("w");
            session.persist(order);
            ByClass line = new ByClass();
            line.line = 1;
            line.order = order;
            line.value = "line";
            session.persist(line);
            ByText text = new ByText();
            text.id = "derived";
            session.persist(text);
            ByOther other = new ByOther();
            other.other = text;
            other.value = "other";
            session.persist(other);
        });
        nodes.share(session -> {
            assertThat(session.find(ByEmbedded.class, orderId).value).isEqualTo("order");
            assertThat(session.find(ByEmbedded.class, orderId).words).containsExactly("w");
        });
        nodes.share(session -> {
            ByClass line = session.find(ByClass.class, new LineId(1, orderId));
            assertThat(line.value).isEqualTo("line");
            assertThat(session.getIdentifier(line.order)).isEqualTo(orderId);
        });
        nodes.share(session ->
                assertThat(session.find(ByOther.class, "derived").value).isEqualTo("other"));
        nodes.seeChange(
                session -> session.find(ByClass.class, new LineId(1, orderId)).value = "changed",
                session -> assertThat(session.find(ByClass.class, new LineId(1, orderId)).value)
                        .isEqualTo("changed"));
    }
}
