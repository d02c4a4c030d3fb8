package io.github.hibernateredis.integration.model;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;

/** An unversioned row that is read repeatably. */
@Entity
@Cacheable
@Cache(usage = CacheConcurrencyStrategy.TRANSACTIONAL)
public class RepeatableCounter implements Numbered {

    @Id
    public Long id;

    public long number;

    protected RepeatableCounter() {}

    public RepeatableCounter(long id, long number) {
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
