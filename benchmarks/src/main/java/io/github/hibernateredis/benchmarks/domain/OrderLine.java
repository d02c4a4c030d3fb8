package io.github.hibernateredis.benchmarks.domain;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;

/** A line of an {@link Order}. */
@Entity
@Cacheable
@Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
public class OrderLine {

    @Id
    private Long id;

    @Version
    private int version;

    @ManyToOne(fetch = FetchType.LAZY)
    private Order order;

    private String product;
    private int quantity;
    private BigDecimal unitPrice;

    /** Called by Hibernate. */
    protected OrderLine() {}

    OrderLine(long id, Order order) {
        this.id = id;
        this.order = order;
        this.product = "Product number " + id;
        this.quantity = (int) (1 + id % 9);
        this.unitPrice = BigDecimal.valueOf(500 + id, 2);
    }

    public int getQuantity() {
        return quantity;
    }
}
