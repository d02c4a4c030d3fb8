package io.github.hibernateredis.quickstart.domain;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;

/** A customer's review of a product. */
@Entity
@Cacheable
public class Review {

    @Id
    private Long id;

    @ManyToOne(fetch = FetchType.LAZY)
    private Product product;

    private int stars;

    private String text;

    /** Called by Hibernate. */
    protected Review() {}

    public Long getId() {
        return id;
    }

    public Product getProduct() {
        return product;
    }

    public int getStars() {
        return stars;
    }

    public String getText() {
        return text;
    }
}
