package io.github.hibernateredis.benchmarks.domain;

import jakarta.persistence.Cacheable;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;

/** The owner of a cached collection of cached entities. */
@Entity
@Table(name = "orders") // "order" is an SQL keyword
@Cacheable
@Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
public class Order {

    @Id
    private Long id;

    @Version
    private int version;

    private String customer;
    private LocalDateTime placed;

    @OneToMany(mappedBy = "order", cascade = CascadeType.PERSIST)
    @OrderBy("id")
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    private List<OrderLine> lines = new ArrayList<>();

    /** Called by Hibernate. */
    protected Order() {}

    /** Creates the order with that id, always with the same values. */
    @SuppressWarnings("this-escape") // to its own lines, which only store it
    public Order(long id, int lineCount) {
        this.id = id;
        this.customer = "Customer of order " + id;
        this.placed = LocalDateTime.of(2024, 1, 1, 8, 0).plusMinutes(id);
        for (int i = 0; i < lineCount; i++) {
            lines.add(new OrderLine(id * lineCount + i, this));
        }
    }

    public List<OrderLine> getLines() {
        return lines;
    }
}
