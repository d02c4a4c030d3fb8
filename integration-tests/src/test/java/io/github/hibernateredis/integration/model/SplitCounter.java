package io.github.hibernateredis.integration.model;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.hibernate.annotations.DynamicUpdate;

/** An unversioned row; an update writes only the changed columns. */
@Entity
@Cacheable
@DynamicUpdate
public class SplitCounter {

    @Id
    public Long id;

    @Column(name = "left_number")
    public long left;

    @Column(name = "right_number")
    public long right;

    protected SplitCounter() {}

    public SplitCounter(long id, long number) {
        this.id = id;
        this.left = number;
        this.right = number;
    }
}
