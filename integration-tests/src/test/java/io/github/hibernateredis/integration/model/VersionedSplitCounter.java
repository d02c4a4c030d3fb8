package io.github.hibernateredis.integration.model;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import org.hibernate.annotations.DynamicUpdate;

/** A versioned row of which an update writes only the columns that it has changed, while a bulk update keeps the version. */
@Entity
@Cacheable
@DynamicUpdate
public class VersionedSplitCounter {

    @Id
    public Long id;

    @Version
    public int version;

    @Column(name = "left_number")
    public long left;

    @Column(name = "right_number")
    public long right;

    protected VersionedSplitCounter() {}

    public VersionedSplitCounter(long id, long number) {
        this.id = id;
        this.left = number;
        this.right = number;
    }
}
