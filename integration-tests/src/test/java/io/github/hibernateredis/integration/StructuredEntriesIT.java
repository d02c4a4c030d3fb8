package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.integration.EmbeddablesIT.Address;
import io.github.hibernateredis.integration.EmbeddablesIT.City;
import io.github.hibernateredis.integration.EmbeddablesIT.Company;
import io.github.hibernateredis.integration.EmbeddablesIT.Contact;
import io.github.hibernateredis.integration.EmbeddablesIT.Person;
import io.github.hibernateredis.integration.EmbeddablesIT.PhoneContact;
import io.github.hibernateredis.integration.InheritanceIT.Car;
import io.github.hibernateredis.integration.InheritanceIT.Truck;
import io.github.hibernateredis.integration.InheritanceIT.Vehicle;
import io.github.hibernateredis.integration.model.Product;
import io.github.hibernateredis.integration.model.Review;
import org.hibernate.cfg.AvailableSettings;
import org.junit.jupiter.api.Test;

/** Entries as maps and lists, which the ORM passes with {@code hibernate.cache.use_structured_entries}. */
class StructuredEntriesIT {

    @Test
    void entitiesAndCollectionsAreCached() {
        try (Nodes nodes = Nodes.start(Application.on(
                        "structured-entries",
                        Product.class,
                        Review.class,
                        Person.class,
                        Company.class,
                        Contact.class,
                        PhoneContact.class,
                        Vehicle.class,
                        Car.class,
                        Truck.class)
                .set(AvailableSettings.USE_STRUCTURED_CACHE, "true"))) {
            nodes.one.transact(session -> {
                Product product = new Product(1, "A-1", "first");
                session.persist(product);
                session.persist(new Review(1, product, "good"));
                Person person = new Person();
                person.id = 1L;
                person.home = new Address("Elm Street", new City("1000", "Springwood"));
                person.contact = new PhoneContact();
                person.contact.note = "note";
                session.persist(person);
                Car car = new Car();
                car.id = 1L;
                car.doors = 5;
                session.persist(car);
            });
            nodes.share(session -> {
                Product product = session.find(Product.class, 1L);
                assertThat(product.name).isEqualTo("first");
                assertThat(product.reviews).extracting(review -> review.text).containsExactly("good");
                assertThat(session.bySimpleNaturalId(Product.class).load("A-1")).isSameAs(product);
                assertThat(session.find(Person.class, 1L).home.city.town()).isEqualTo("Springwood");
                assertThat(session.find(Person.class, 1L).work).isNull();
                assertThat(((Car) session.find(Vehicle.class, 1L)).doors).isEqualTo(5);
            });
            nodes.seeChange(
                    session -> {
                        session.find(Product.class, 1L).name = "second";
                        session.find(Product.class, 1L).reviews.clear();
                        session.remove(session.find(Review.class, 1L));
                        session.find(Car.class, 1L).doors = 3;
                    },
                    session -> {
                        assertThat(session.find(Product.class, 1L).name).isEqualTo("second");
                        assertThat(session.find(Product.class, 1L).reviews).isEmpty();
                        assertThat(session.find(Car.class, 1L).doors).isEqualTo(3);
                    });
        }
    }
}
