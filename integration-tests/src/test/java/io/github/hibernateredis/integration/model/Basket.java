package io.github.hibernateredis.integration.model;

import jakarta.persistence.Cacheable;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;

/** An unversioned row with a bag that the ORM writes back as a whole. */
@Entity
@Cacheable
public class Basket {

    @Id
    public Long id;

    @ElementCollection
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    public List<Integer> items = new ArrayList<>();

    protected Basket() {}

    public Basket(long id) {
        this.id = id;
    }
}
