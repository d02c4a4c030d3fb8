package io.github.hibernateredis.access;

import org.hibernate.cache.spi.access.AccessType;

/** Creates the strategies of the ORM's access types. */
public final class Strategies {

    private Strategies() {}

    /** Creates the strategy of an access type. */
    public static Strategy of(AccessType type, Items items) {
        return switch (type) {
            case READ_ONLY -> new ReadOnlyStrategy(items);
            case NONSTRICT_READ_WRITE -> new NonstrictReadWriteStrategy(items);
            case READ_WRITE, TRANSACTIONAL -> new ReadWriteStrategy(type, items);
        };
    }
}
