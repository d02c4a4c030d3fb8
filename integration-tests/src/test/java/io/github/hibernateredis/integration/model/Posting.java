package io.github.hibernateredis.integration.model;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Version;

/** A versioned child that moves between accounts. */
@Entity
@Cacheable
public class Posting implements Numbered {

    @Id
    public Long id;

    @Version
    public int version;

    public long number;

    @ManyToOne(fetch = FetchType.LAZY)
    public Account account;

    protected Posting() {}

    public Posting(long id, Account account, long number) {
        this.id = id;
        this.account = account;
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
