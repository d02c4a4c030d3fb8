package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.AttributeOverride;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Column;
import jakarta.persistence.DiscriminatorColumn;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import java.math.BigDecimal;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Attributes that are embeddables. */
class EmbeddablesIT {

    @Embeddable
    static class Address {
        String street;

        @Embedded
        City city;

        protected Address() {}

        Address(String street, City city) {
            this.street = street;
            this.city = city;
        }
    }

    @Embeddable
    record City(String zip, String town) {}

    @Embeddable
    static class Employment {
        @ManyToOne
        Company company;

        BigDecimal salary;
    }

    @Embeddable
    @DiscriminatorColumn(name = "contact_kind")
    static class Contact {
        String note;
    }

    @Embeddable
    static class PhoneContact extends Contact {
        String phone;
    }

    @Entity(name = "Company")
    @Cacheable
    static class Company {
        @Id
        Long id;

        String name;
    }

    @Entity(name = "Person")
    @Cacheable
    static class Person {
        @Id
        Long id;

        @Embedded
        Address home;

        @Embedded
        @AttributeOverride(name = "street", column = @Column(name = "work_street"))
        @AttributeOverride(name = "city.zip", column = @Column(name = "work_zip"))
        @AttributeOverride(name = "city.town", column = @Column(name = "work_town"))
        Address work;

        @Embedded
        Employment employment;

        @Embedded
        Contact contact;
    }

    private static Nodes nodes;

    @BeforeAll
    static void start() {
        nodes = Nodes.of(
                "embeddables",
                Company.class,
                Person.class,
                PhoneContact.class,
                Contact.class,
                Address.class,
                City.class);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @BeforeEach
    void aPerson() {
        nodes.one.transact(session -> {
            session.createMutationQuery("delete from Person").executeUpdate();
            session.createMutationQuery("delete from Company").executeUpdate();
        });
        nodes.one.transact(session -> {
            Company company = new Company();
            company.id = 1L;
            company.name = "acme";
            session.persist(company);
            Person person = new Person();
            person.id = 1L;
            person.home = new Address("Elm Street", new City("1000", "Springwood"));
            person.employment = new Employment();
            person.employment.company = company;
            person.employment.salary = new BigDecimal("12.50");
            PhoneContact contact = new PhoneContact();
            contact.note = "daytime";
            contact.phone = "555";
            person.contact = contact;
            session.persist(person);
        });
    }

    @Test
    void nestedAndNullEmbeddablesAreCached() {
        nodes.share(session -> {
            Person person = session.find(Person.class, 1L);
            assertThat(person.home.street).isEqualTo("Elm Street");
            assertThat(person.home.city).isEqualTo(new City("1000", "Springwood"));
            assertThat(person.work).isNull();
        });
    }

    @Test
    void aNestedEmbeddableMayBeNull() {
        nodes.seeChange(session -> session.find(Person.class, 1L).home = new Address("Nowhere", null), session -> {
            Person person = session.find(Person.class, 1L);
            assertThat(person.home.street).isEqualTo("Nowhere");
            assertThat(person.home.city).isNull();
        });
    }

    @Test
    void anEmbeddableComesAndGoes() {
        nodes.share(session -> session.find(Person.class, 1L));
        nodes.seeChange(
                session -> session.find(Person.class, 1L).work = new Address("Main", new City("2", "Town")),
                session -> assertThat(session.find(Person.class, 1L).work.city.town())
                        .isEqualTo("Town"));
        nodes.seeChange(
                session -> session.find(Person.class, 1L).work = null,
                session -> assertThat(session.find(Person.class, 1L).work).isNull());
    }

    @Test
    void anAssociationInAnEmbeddableIsCached() {
        nodes.share(session -> {
            Employment employment = session.find(Person.class, 1L).employment;
            assertThat(employment.company.name).isEqualTo("acme");
            assertThat(employment.salary).isEqualByComparingTo("12.5");
        });
        nodes.seeChange(
                session -> session.find(Person.class, 1L).employment.company.name = "acme inc.",
                session -> assertThat(session.find(Person.class, 1L).employment.company.name)
                        .isEqualTo("acme inc."));
    }

    @Test
    void aSubclassOfAnEmbeddableIsCached() {
        nodes.share(session -> {
            Contact contact = session.find(Person.class, 1L).contact;
            assertThat(contact).isInstanceOf(PhoneContact.class);
            assertThat(((PhoneContact) contact).phone).isEqualTo("555");
        });
    }
}
