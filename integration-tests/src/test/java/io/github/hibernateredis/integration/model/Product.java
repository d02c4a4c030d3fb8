package io.github.hibernateredis.integration.model;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.NaturalIdCache;

/** A versioned entity with a natural id and a collection, all cached read-write. */
@Entity
@Cacheable
@NaturalIdCache
public class Product {

    @Id
    public Long id;

    @Version
    public int version;

    @NaturalId(mutable = true)
    public String code;

    public String name;

    public BigDecimal price;

    @OneToMany(mappedBy = "product")
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    public List<Review> reviews = new ArrayList<>();

    protected Product() {}

    public Product(long id, String code, String name) {
        this.id = id;
        this.code = code;
        this.name = name;
        this.price = new BigDecimal("9.99");
    }
}
