package io.github.hibernateredis.integration.races;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Convert;
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

/** A versioned entity with a natural id and two inverse collections, one of them of an entity that is not cached. */
@Entity
@Cacheable
@NaturalIdCache
public class Book {

    @Id
    public Long id;

    @Version
    public int version;

    @NaturalId(mutable = true)
    public String code;

    @Convert(converter = Crossing.class)
    public String title;

    @OneToMany(mappedBy = "book")
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    public List<Chapter> chapters = new ArrayList<>();

    @OneToMany(mappedBy = "book")
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    public List<Remark> remarks = new ArrayList<>();

    protected Book() {}

    Book(long id, String code, String title) {
        this.id = id;
        this.code = code;
        this.title = title;
    }
}
