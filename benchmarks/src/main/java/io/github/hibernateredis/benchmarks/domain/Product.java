package io.github.hibernateredis.benchmarks.domain;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;

/** Five attributes and no natural id. */
@Entity
@Cacheable
@Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
public class Product {

    @Id
    private Long id;

    @Version
    private int version;

    private String name;
    private String maker;
    private int category;
    private BigDecimal price;

    /** Called by Hibernate. */
    protected Product() {}

    /**
     * Creates the product with that id, always with the same values; {@code perCategory} consecutive products share a
     * category.
     */
    public Product(long id, int perCategory) {
        this.id = id;
        this.name = "Product number " + id;
        this.maker = "Maker " + id % 17;
        this.category = (int) ((id - 1) / perCategory);
        this.price = BigDecimal.valueOf(1_000 + id, 2);
    }

    public BigDecimal getPrice() {
        return price;
    }

    public void setPrice(BigDecimal price) {
        this.price = price;
    }
}
