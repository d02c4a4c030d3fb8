package io.github.hibernateredis.quickstart.domain;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Table;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;

/** The products that a customer bought together. */
@Entity
@Table(name = "orders") // "order" is an SQL keyword
@Cacheable
public class Order {

    @Id
    private Long id;

    private String customer;

    @OneToMany(mappedBy = "order")
    @OrderBy("id")
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    private List<OrderLine> lines = new ArrayList<>();

    /** Called by Hibernate. */
    protected Order() {}

    public Long getId() {
        return id;
    }

    public String getCustomer() {
        return customer;
    }

    public List<OrderLine> getLines() {
        return lines;
    }
}
