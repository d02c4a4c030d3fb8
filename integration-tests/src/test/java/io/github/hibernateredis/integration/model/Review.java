package io.github.hibernateredis.integration.model;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;

/** An unversioned entity that a cached collection contains. */
@Entity
@Cacheable
public class Review {

    @Id
    public Long id;

    public String text;

    @ManyToOne(fetch = FetchType.LAZY)
    public Product product;

    protected Review() {}

    public Review(long id, Product product, String text) {
        this.id = id;
        this.product = product;
        this.text = text;
    }
}
