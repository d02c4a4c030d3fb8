package io.github.hibernateredis.integration.model;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.NaturalIdCache;

/** A versioned row with a mutable natural id and children. */
@Entity
@Cacheable
@NaturalIdCache
public class Account implements Numbered {

    @Id
    public Long id;

    @Version
    public int version;

    @NaturalId(mutable = true)
    public String code;

    public long number;

    @OneToMany(mappedBy = "account")
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    private List<Posting> postings = new ArrayList<>();

    protected Account() {}

    public Account(long id, String code, long number) {
        this.id = id;
        this.code = code;
        this.number = number;
    }

    /** The children. A method, because a reference to an account may be a proxy with empty fields. */
    public List<Posting> postings() {
        return postings;
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
