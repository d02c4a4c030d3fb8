package io.github.hibernateredis.samples.boot;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** A cached entity: one annotation is enough. */
@Entity
@Cacheable
class Product {

    @Id
    private Long id;

    private String name;

    protected Product() {}

    Product(Long id, String name) {
        this.id = id;
        this.name = name;
    }

    String name() {
        return name;
    }
}
