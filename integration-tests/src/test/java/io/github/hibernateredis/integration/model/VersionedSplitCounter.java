package io.github.hibernateredis.integration.model;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.OptimisticLock;

/**
 * A versioned row; an update writes only the changed columns. Neither a change of {@code left} nor a bulk update
 * increments the version.
 */
@Entity
@Cacheable
@DynamicUpdate
public class VersionedSplitCounter {

    @Id
    public Long id;

    @Version
    public int version;

    @OptimisticLock(excluded = true)
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
