package io.github.hibernateredis.quickstart.domain;

import io.github.hibernateredis.RedisCacheRegion;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.annotations.Immutable;

/** A category of products. It never changes, so it is cached read-only, and for a day instead of an hour. */
@Entity
@Immutable
@Cacheable
@Cache(usage = CacheConcurrencyStrategy.READ_ONLY)
@RedisCacheRegion(ttl = "24h")
public class Category {

    @Id
    private Long id;

    private String name;

    /** Called by Hibernate. */
    protected Category() {}

    public Long getId() {
        return id;
    }

    public String getName() {
        return name;
    }
}
