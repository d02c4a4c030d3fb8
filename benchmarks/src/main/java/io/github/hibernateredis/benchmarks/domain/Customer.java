package io.github.hibernateredis.benchmarks.domain;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.NaturalIdCache;

/** Eight attributes, one of them a natural id: the entity whose size is measured. */
@Entity
@Cacheable
@Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
@NaturalIdCache
public class Customer {

    /** The level of a customer. */
    public enum Grade {
        BRONZE,
        SILVER,
        GOLD
    }

    @Id
    private Long id;

    @NaturalId
    private String email;

    private String name;
    private String city;
    private BigDecimal balance;
    private LocalDateTime registered;

    @Enumerated(EnumType.STRING)
    private Grade grade;

    private boolean active;

    @Version
    private int version;

    /** Called by Hibernate. */
    protected Customer() {}

    /** Creates the customer with that id, always with the same values. */
    public Customer(long id) {
        this.id = id;
        this.email = email(id);
        this.name = "Customer Number " + id;
        this.city = "City of " + id % 100;
        this.balance = BigDecimal.valueOf(id * 37 % 1_000_000, 2);
        this.registered = LocalDateTime.of(2020, 1, 1, 0, 0).plusMinutes(id * 17);
        this.grade = Grade.values()[(int) (id % Grade.values().length)];
        this.active = id % 3 != 0;
    }

    /** The natural id of the customer with that id. */
    public static String email(long id) {
        return "customer" + id + "@example.org";
    }

    public String getName() {
        return name;
    }
}
