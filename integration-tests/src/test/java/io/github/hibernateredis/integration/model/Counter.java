package io.github.hibernateredis.integration.model;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;

/** An unversioned row, cached read-write. */
@Entity
@Cacheable
@Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
public class Counter implements Numbered {

    @Id
    public Long id;

    public long number;

    protected Counter() {}

    public Counter(long id, long number) {
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
