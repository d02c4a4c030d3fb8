package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hibernate.annotations.CacheConcurrencyStrategy.READ_WRITE;

import jakarta.persistence.Cacheable;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hibernate.Hibernate;
import org.hibernate.annotations.Any;
import org.hibernate.annotations.AnyDiscriminatorValue;
import org.hibernate.annotations.AnyKeyJavaClass;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.ManyToAny;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** References to entities: to-one, one-to-one and {@code @Any}, with and without an inverse side. */
class AssociationsIT {

    @Entity(name = "Passport")
    @Cacheable
    static class Passport {
        @Id
        Long id;

        String number;

        @OneToOne(mappedBy = "passport")
        Citizen citizen;
    }

    @Entity(name = "Citizen")
    @Cacheable
    static class Citizen {
        @Id
        Long id;

        @OneToOne(fetch = FetchType.LAZY)
        Passport passport;

        @ManyToOne(fetch = FetchType.LAZY)
        Country country;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(referencedColumnName = "iso")
        Country birthplace;
    }

    @Entity(name = "Country")
    @Cacheable
    static class Country {
        @Id
        Long id;

        @Column(unique = true)
        String iso;

        @OneToMany(mappedBy = "country", cascade = CascadeType.ALL)
        @Cache(usage = READ_WRITE)
        List<Citizen> citizens = new ArrayList<>();
    }

    @Entity(name = "Label")
    @Cacheable
    static class Label {
        @Id
        Long id;

        String text;
    }

    @Entity(name = "Attachment")
    @Cacheable
    static class Attachment {
        @Id
        Long id;

        @Any
        @AnyKeyJavaClass(Long.class)
        @AnyDiscriminatorValue(discriminator = "C", entity = Country.class)
        @AnyDiscriminatorValue(discriminator = "L", entity = Label.class)
        @Column(name = "target_kind")
        @JoinColumn(name = "target_id")
        Object target;

        @ManyToAny
        @AnyKeyJavaClass(Long.class)
        @AnyDiscriminatorValue(discriminator = "C", entity = Country.class)
        @AnyDiscriminatorValue(discriminator = "L", entity = Label.class)
        @Column(name = "item_kind")
        @JoinTable(
                name = "attachment_items",
                joinColumns = @JoinColumn(name = "attachment_id"),
                inverseJoinColumns = @JoinColumn(name = "item_id"))
        @Cache(usage = READ_WRITE)
        Set<Object> items = new HashSet<>();
    }

    private static Nodes nodes;

    @BeforeAll
    static void start() {
        nodes = Nodes.of("associations", Passport.class, Citizen.class, Country.class, Label.class, Attachment.class);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @BeforeEach
    void aCitizen() {
        nodes.one.transact(session -> {
            session.createQuery("from Attachment", Attachment.class).list().forEach(session::remove);
            session.createQuery("from Citizen", Citizen.class).list().forEach(session::remove);
            session.createQuery("from Country", Country.class).list().forEach(session::remove);
            session.createQuery("from Label", Label.class).list().forEach(session::remove);
            session.createQuery("from Passport", Passport.class).list().forEach(session::remove);
        });
        nodes.one.transact(session -> {
            Country country = new Country();
            country.id = 1L;
            country.iso = "NZ";
            session.persist(country);
            Passport passport = new Passport();
            passport.id = 1L;
            passport.number = "P-1";
            session.persist(passport);
            Citizen citizen = new Citizen();
            citizen.id = 1L;
            citizen.passport = passport;
            citizen.country = country;
            citizen.birthplace = country;
            session.persist(citizen);
            Attachment attachment = new Attachment();
            attachment.id = 1L;
            attachment.target = country;
            Label label = new Label();
            label.id = 1L;
            label.text = "label";
            session.persist(label);
            attachment.items.addAll(List.of(country, label));
            session.persist(attachment);
        });
    }

    @Test
    void aLazyReferenceIsResolvedFromTheCache() {
        nodes.share(session -> {
            Country country = session.find(Citizen.class, 1L).country;
            Hibernate.initialize(country);
            assertThat(((Country) Hibernate.unproxy(country)).iso).isEqualTo("NZ");
        });
    }

    /** The ORM runs SQL for the inverse side of a one-to-one, and for references by a property. */
    @Test
    void bothSidesOfAOneToOneAreRight() {
        nodes.two.transact(session -> {
            Citizen citizen = session.find(Citizen.class, 1L);
            Passport passport = (Passport) Hibernate.unproxy(citizen.passport);
            assertThat(passport.number).isEqualTo("P-1");
            assertThat(passport.citizen).isSameAs(citizen);
            assertThat(((Country) Hibernate.unproxy(citizen.birthplace)).id).isEqualTo(1);
        });
        nodes.one.transact(session -> session.find(Citizen.class, 1L).passport = null);
        nodes.two.transact(session -> {
            assertThat(session.find(Citizen.class, 1L).passport).isNull();
            assertThat(session.find(Passport.class, 1L).citizen).isNull();
        });
    }

    @Test
    void anAnyIsResolvedFromTheCache() {
        nodes.share(session -> {
            Object target = Hibernate.unproxy(session.find(Attachment.class, 1L).target);
            assertThat(((Country) target).iso).isEqualTo("NZ");
        });
        nodes.seeChange(
                session -> session.find(Attachment.class, 1L).target = session.find(Label.class, 1L),
                session -> assertThat(Hibernate.unproxy(session.find(Attachment.class, 1L).target))
                        .isInstanceOf(Label.class));
        nodes.seeChange(
                session -> session.find(Attachment.class, 1L).target = null,
                session -> assertThat(session.find(Attachment.class, 1L).target).isNull());
    }

    @Test
    void aCollectionOfAnyIsCached() {
        nodes.share(session -> assertThat(session.find(Attachment.class, 1L).items)
                .extracting(item -> Hibernate.unproxy(item).getClass().getSimpleName())
                .containsExactlyInAnyOrder("Country", "Label"));
        nodes.seeChange(
                session -> session.find(Attachment.class, 1L).items.clear(),
                session -> assertThat(session.find(Attachment.class, 1L).items).isEmpty());
    }

    @Test
    void anInverseCollectionFollowsItsOwningSide() {
        nodes.share(
                session -> assertThat(session.find(Country.class, 1L).citizens).hasSize(1));
        nodes.two.transact(session -> {
            Citizen second = new Citizen();
            second.id = 2L;
            second.country = session.find(Country.class, 1L);
            second.country.citizens.add(second);
            session.persist(second);
        });
        nodes.one.transact(
                session -> assertThat(session.find(Country.class, 1L).citizens).hasSize(2));
    }
}
