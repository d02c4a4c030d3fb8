package io.github.hibernateredis.integration.races;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;

/** An unversioned entity with an id from the database, so that its insert runs at once. */
@Entity
@Cacheable
public class Chapter {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    public Long id;

    @Convert(converter = Crossing.class)
    public String title;

    @ManyToOne(fetch = FetchType.LAZY)
    public Book book;

    protected Chapter() {}

    Chapter(Book book, String title) {
        this.book = book;
        this.title = title;
    }
}
