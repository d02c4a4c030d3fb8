package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import java.time.LocalDate;
import org.hibernate.Session;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.NaturalIdCache;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lookups by natural ids, with cached answers. */
class NaturalIdsIT {

    enum Zone {
        NORTH,
        SOUTH
    }

    @Embeddable
    record Serial(String series, Integer number) {}

    @Entity(name = "Plant")
    @Cacheable
    @NaturalIdCache
    static class Plant {
        @Id
        Long id;

        @NaturalId
        String code;

        String name;
    }

    @Entity(name = "Machine")
    @Cacheable
    @NaturalIdCache
    static class Machine {
        @Id
        Long id;

        @NaturalId
        @ManyToOne(fetch = FetchType.LAZY)
        Plant plant;

        @NaturalId
        String label;

        @NaturalId
        @Enumerated(EnumType.STRING)
        Zone zone;
    }

    @Entity(name = "Part")
    @Cacheable
    @NaturalIdCache
    static class Part {
        @Id
        Long id;

        @NaturalId(mutable = true)
        Serial serial;
    }

    @Entity(name = "Badge")
    @Cacheable
    @NaturalIdCache
    static class Badge {
        @Id
        Long id;

        @NaturalId(mutable = true)
        LocalDate issued;

        @NaturalId(mutable = true)
        String holder;
    }

    private static Nodes nodes;

    @BeforeAll
    static void start() {
        nodes = Nodes.of("natural-ids", Plant.class, Machine.class, Part.class, Badge.class);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @BeforeEach
    void aMachine() {
        nodes.one.transact(session -> {
            for (String entity : new String[] {"Badge", "Part", "Machine", "Plant"}) {
                session.createMutationQuery("delete from " + entity).executeUpdate();
            }
        });
        nodes.one.transact(session -> {
            Plant plant = new Plant();
            plant.id = 1L;
            plant.code = "P|1 #~!(a,b)%";
            plant.name = "first";
            session.persist(plant);
            Machine machine = new Machine();
            machine.id = 1L;
            machine.plant = plant;
            machine.label = "M";
            machine.zone = Zone.SOUTH;
            session.persist(machine);
            persistBadge(session, 1, LocalDate.of(2024, 1, 31), "Ann");
            persistBadge(session, 2, null, "Bob");
            Part part = new Part();
            part.id = 1L;
            part.serial = new Serial("S", 1);
            session.persist(part);
        });
    }

    private static void persistBadge(Session session, long id, LocalDate issued, String holder) {
        Badge badge = new Badge();
        badge.id = id;
        badge.issued = issued;
        badge.holder = holder;
        session.persist(badge);
    }

    private static Plant plant(Session session, String code) {
        return session.bySimpleNaturalId(Plant.class).load(code);
    }

    private static Machine machine(Session session, String label, Zone zone) {
        return session.byNaturalId(Machine.class)
                .using("plant", session.getReference(Plant.class, 1L))
                .using("label", label)
                .using("zone", zone)
                .load();
    }

    private static Badge badge(Session session, LocalDate issued, String holder) {
        return session.byNaturalId(Badge.class)
                .using("issued", issued)
                .using("holder", holder)
                .load();
    }

    private static Part part(Session session, Serial serial) {
        return session.bySimpleNaturalId(Part.class).load(serial);
    }

    @Test
    void aSimpleImmutableNaturalIdIsCached() {
        nodes.share(session -> assertThat(plant(session, "P|1 #~!(a,b)%").name).isEqualTo("first"));
        nodes.seeChange(
                session -> plant(session, "P|1 #~!(a,b)%").name = "second",
                session -> assertThat(plant(session, "P|1 #~!(a,b)%").name).isEqualTo("second"));
        assertThat(nodes.two
                        .factory()
                        .getStatistics()
                        .getNaturalIdStatistics(Plant.class.getName())
                        .getCacheHitCount())
                .isPositive();
    }

    @Test
    void anInsertedNaturalIdIsCachedAtOnce() {
        Nodes.assertServed(
                nodes.two,
                session -> assertThat(plant(session, "P|1 #~!(a,b)%").id).isEqualTo(1));
        Nodes.assertServed(
                nodes.two,
                session -> assertThat(part(session, new Serial("S", 1)).id).isEqualTo(1));
        Nodes.assertServed(
                nodes.two, session -> assertThat(badge(session, null, "Bob").id).isEqualTo(2));
        Nodes.assertServed(
                nodes.two,
                session -> assertThat(machine(session, "M", Zone.SOUTH).id).isEqualTo(1));
    }

    @Test
    void aCompositeNaturalIdWithAnAssociationAndAnEnumIsCached() {
        nodes.share(session -> assertThat(machine(session, "M", Zone.SOUTH).id).isEqualTo(1));
        nodes.two.transact(
                session -> assertThat(machine(session, "M", Zone.NORTH)).isNull());
    }

    @Test
    void anEmbeddableIsANaturalId() {
        nodes.share(session -> assertThat(part(session, new Serial("S", 1)).id).isEqualTo(1));
        nodes.seeChange(
                session -> session.find(Part.class, 1L).serial = new Serial("S", 2),
                session -> assertThat(part(session, new Serial("S", 2)).id).isEqualTo(1));
        nodes.one.transact(
                session -> assertThat(part(session, new Serial("S", 1))).isNull());
    }

    @Test
    void aNullInANaturalIdIsAValue() {
        nodes.share(session -> {
            assertThat(badge(session, null, "Bob").id).isEqualTo(2);
            assertThat(badge(session, LocalDate.of(2024, 1, 31), "Ann").id).isEqualTo(1);
        });
        nodes.two.transact(session -> assertThat(badge(session, null, "Ann")).isNull());
    }

    @Test
    void aMutableNaturalIdMoves() {
        nodes.share(session -> assertThat(badge(session, null, "Bob")).isNotNull());
        nodes.seeChange(
                session -> session.find(Badge.class, 2L).issued = LocalDate.of(2025, 5, 5),
                session -> assertThat(badge(session, LocalDate.of(2025, 5, 5), "Bob").id)
                        .isEqualTo(2));
        nodes.one.transact(session -> assertThat(badge(session, null, "Bob")).isNull());
        nodes.two.transact(session -> assertThat(badge(session, null, "Bob")).isNull());
    }

    @Test
    void twoEntitiesSwapTheirNaturalIds() {
        nodes.share(session -> badge(session, null, "Bob"));
        nodes.share(session -> badge(session, LocalDate.of(2024, 1, 31), "Ann"));
        nodes.one.transact(session -> {
            Badge ann = session.find(Badge.class, 1L);
            Badge bob = session.find(Badge.class, 2L);
            bob.issued = ann.issued;
            bob.holder = "swapping";
            session.flush();
            ann.issued = null;
            ann.holder = "Bob";
            session.flush();
            bob.holder = "Ann";
        });
        nodes.two.transact(session -> {
            assertThat(badge(session, null, "Bob").id).isEqualTo(1);
            assertThat(badge(session, LocalDate.of(2024, 1, 31), "Ann").id).isEqualTo(2);
        });
        nodes.assertCached(session -> assertThat(badge(session, null, "Bob").id).isEqualTo(1));
    }

    @Test
    void aRolledBackNaturalIdNeverResolves() {
        nodes.share(session -> badge(session, null, "Bob"));
        Nodes.rollBack(nodes.two, session -> {
            session.find(Badge.class, 2L).holder = "Eve";
            persistBadge(session, 3, null, "New");
            session.flush();
            assertThat(badge(session, null, "Eve").id).isEqualTo(2);
            session.clear();
            assertThat(badge(session, null, "Eve").id).isEqualTo(2);
            assertThat(badge(session, null, "New").id).isEqualTo(3);
        });
        for (Application node : new Application[] {nodes.one, nodes.two}) {
            node.transact(session -> {
                assertThat(badge(session, null, "Eve")).isNull();
                assertThat(badge(session, null, "New")).isNull();
                assertThat(badge(session, null, "Bob").id).isEqualTo(2);
            });
        }
    }

    @Test
    void aDeletedNaturalIdMayBeTakenByAnotherEntity() {
        nodes.share(session -> assertThat(plant(session, "P|1 #~!(a,b)%")).isNotNull());
        nodes.one.transact(session -> session.remove(session.find(Machine.class, 1L)));
        nodes.one.transact(session -> session.remove(session.find(Plant.class, 1L)));
        nodes.two.transact(
                session -> assertThat(plant(session, "P|1 #~!(a,b)%")).isNull());
        nodes.seeChange(
                session -> {
                    Plant other = new Plant();
                    other.id = 7L;
                    other.code = "P|1 #~!(a,b)%";
                    session.persist(other);
                },
                session -> assertThat(plant(session, "P|1 #~!(a,b)%").id).isEqualTo(7));
    }

    @Test
    void evictedNaturalIdsAreLookedUpAgain() {
        nodes.share(session -> plant(session, "P|1 #~!(a,b)%"));
        nodes.one.factory().getCache().evictNaturalIdData(Plant.class);
        assertThat(nodes.two.isCached(() -> nodes.two.transact(session -> plant(session, "P|1 #~!(a,b)%"))))
                .isFalse();
    }
}
