package io.github.hibernateredis.integration.races;

import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;

/** An entity that is not cached, in a collection that is. */
@Entity
public class Remark {

    @Id
    public Long id;

    @Convert(converter = Crossing.class)
    public String text;

    @ManyToOne(fetch = FetchType.LAZY)
    public Book book;

    protected Remark() {}

    Remark(long id, Book book, String text) {
        this.id = id;
        this.book = book;
        this.text = text;
    }
}
