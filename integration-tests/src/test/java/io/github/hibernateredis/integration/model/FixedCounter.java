package io.github.hibernateredis.integration.model;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;

/** A row that is inserted and deleted, and never updated. */
@Entity
@Cacheable
@Cache(usage = CacheConcurrencyStrategy.READ_ONLY)
public class FixedCounter implements Numbered {

    @Id
    public Long id;

    public long number;

    protected FixedCounter() {}

    public FixedCounter(long id, long number) {
        this.id = id;
        this.number = number;
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public void number(long value) {
        number = value;
    }
}
