package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.Version;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.hibernate.Hibernate;
import org.hibernate.Session;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hierarchies of entities, in each of the three mappings. */
class InheritanceIT {

    @MappedSuperclass
    abstract static class Base {
        @Id
        Long id;

        String name;
    }

    @Entity(name = "Vehicle")
    @Cacheable
    @Inheritance(strategy = InheritanceType.SINGLE_TABLE)
    abstract static class Vehicle extends Base {
        @Version
        int version;
    }

    @Entity(name = "Car")
    static class Car extends Vehicle {
        int doors;
    }

    @Entity(name = "Truck")
    static class Truck extends Vehicle {
        double load;
    }

    @Entity(name = "Account")
    @Cacheable
    @Inheritance(strategy = InheritanceType.JOINED)
    abstract static class Account extends Base {
        @Version
        int version;
    }

    @Entity(name = "Savings")
    static class Savings extends Account {
        int rate;
    }

    @Entity(name = "YouthSavings")
    static class YouthSavings extends Savings {
        String guardian;
    }

    @Entity(name = "Shape")
    @Cacheable
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    abstract static class Shape extends Base {}

    @Entity(name = "Circle")
    static class Circle extends Shape {
        int radius;
    }

    @Entity(name = "Square")
    static class Square extends Shape {
        int side;
    }

    @Entity(name = "Owner")
    @Cacheable
    static class Owner extends Base {
        @ManyToOne(fetch = FetchType.LAZY)
        Vehicle vehicle;
    }

    private static Nodes nodes;

    @BeforeAll
    static void start() {
        nodes = Nodes.of(
                "inheritance",
                Vehicle.class,
                Car.class,
                Truck.class,
                Account.class,
                Savings.class,
                YouthSavings.class,
                Shape.class,
                Circle.class,
                Square.class,
                Owner.class);
        nodes.one.transact(session -> {
            Car car = persist(session, new Car(), 1, it -> it.doors = 5);
            persist(session, new Truck(), 2, it -> it.load = 7.5);
            persist(session, new Savings(), 1, it -> it.rate = 3);
            persist(session, new YouthSavings(), 2, it -> it.guardian = "parent");
            persist(session, new Circle(), 1, it -> it.radius = 10);
            persist(session, new Square(), 2, it -> it.side = 20);
            persist(session, new Owner(), 1, it -> it.vehicle = car);
        });
    }

    private static <T extends Base> T persist(Session session, T entity, long id, Consumer<T> attribute) {
        entity.id = id;
        entity.name = entity.getClass().getSimpleName();
        attribute.accept(entity);
        session.persist(entity);
        return entity;
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    static Stream<Class<? extends Base>> roots() {
        return Stream.of(Vehicle.class, Account.class, Shape.class);
    }

    @ParameterizedTest
    @MethodSource("roots")
    void anEntityIsFoundByItsRootAndItsClass(Class<? extends Base> root) {
        nodes.share(session -> {
            Base first = session.find(root, 1L);
            Base second = session.find(root, 2L);
            assertThat(first.getClass()).isNotEqualTo(second.getClass());
            assertThat(first.name).isEqualTo(first.getClass().getSimpleName());
            assertThat(session.find(second.getClass(), 2L)).isSameAs(second);
        });
    }

    @Test
    void attributesOfEachLevelAreCached() {
        nodes.share(session -> {
            assertThat(session.find(Car.class, 1L).doors).isPositive();
            assertThat(session.find(Truck.class, 2L).load).isEqualTo(7.5);
            assertThat(session.find(YouthSavings.class, 2L).guardian).isEqualTo("parent");
            assertThat(session.find(Circle.class, 1L).radius).isEqualTo(10);
        });
    }

    @Test
    void aChangeOnTheLowestLevelIsSeenThroughTheRoot() {
        nodes.share(session -> session.find(Vehicle.class, 1L));
        nodes.seeChange(
                session -> session.find(Car.class, 1L).doors = 3,
                session -> assertThat(((Car) session.find(Vehicle.class, 1L)).doors)
                        .isEqualTo(3));
        nodes.seeChange(
                session -> session.find(Savings.class, 1L).rate = 4,
                session -> assertThat(((Savings) session.find(Account.class, 1L)).rate)
                        .isEqualTo(4));
        nodes.seeChange(
                session -> session.find(Square.class, 2L).side = 21,
                session -> assertThat(((Square) session.find(Shape.class, 2L)).side)
                        .isEqualTo(21));
    }

    @Test
    void anotherClassOfTheHierarchyIsNotFoundInTheCache() {
        nodes.share(session -> assertThat(session.find(Vehicle.class, 2L)).isInstanceOf(Truck.class));
        assertThat(nodes.two.find(Car.class, 2L)).isNull();
    }

    @Test
    void aReferenceToTheRootResolvesFromTheCache() {
        nodes.share(session -> {
            Object vehicle = Hibernate.unproxy(session.find(Owner.class, 1L).vehicle);
            assertThat(vehicle).isInstanceOf(Car.class);
            assertThat(((Car) vehicle).name).isEqualTo("Car");
        });
    }

    @Test
    void aDeletedAndAnInsertedSubclassUnderOneId() {
        nodes.one.transact(session -> persist(session, new Circle(), 9, it -> it.radius = 1));
        nodes.assertCached(session -> assertThat(session.find(Shape.class, 9L)).isInstanceOf(Circle.class));
        nodes.two.transact(session -> session.remove(session.find(Shape.class, 9L)));
        nodes.seeChange(
                session -> persist(session, new Square(), 9, it -> it.side = 2),
                session -> assertThat(session.find(Shape.class, 9L)).isInstanceOf(Square.class));
    }
}
