package io.github.hibernateredis.codec;

/**
 * The key of a cached item: its canonical {@linkplain #name() name} within the region, and the identifier or natural-id
 * values that it was made of. Two cacheable keys are equal iff their names are.
 */
public final class EntryKey {

    private final String name;
    private final Object id;
    private final boolean tenantNamed;

    /** A key for what has none: its item is not cached. It equals no other. */
    public static EntryKey uncacheable(Object id) {
        return new EntryKey("", id, false);
    }

    EntryKey(String name, Object id, boolean tenantNamed) {
        this.name = name;
        this.id = id;
        this.tenantNamed = tenantNamed;
    }

    /** Whether there is a name. */
    public boolean isCacheable() {
        return !name.isEmpty();
    }

    /** The field of the Redis hash; equal on every JVM; never begins with {@code !}; empty iff not cacheable. */
    public String name() {
        return name;
    }

    /**
     * What {@code getCacheKeyId} and {@code getNaturalIdValues} return: the identifier, the collection's key or the
     * natural-id values, as the ORM gave them.
     */
    public Object id() {
        return id;
    }

    /** Whether it is the key of one tenant's item. */
    public boolean namesTenant() {
        return tenantNamed;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof EntryKey that && isCacheable() && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
