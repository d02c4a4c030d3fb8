package io.github.hibernateredis.integration.torture;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** The row that probes read. It never changes, so only a fault can keep it from being a hit. */
@Entity
@Cacheable
class Beacon {

    static final long ID = 1;

    @Id
    Long id = ID;

    protected Beacon() {}
}
