package io.github.hibernateredis.spring.boot.app;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;

@Entity
@Cacheable
public class Book {

    @Id
    public Long id;

    public String title;
}
