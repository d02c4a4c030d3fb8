package io.github.hibernateredis.codec;

/**
 * The key of a cached entry: its canonical {@linkplain #name() name} within the region, and the identifier or
 * natural-id values from which the name was built. Two cacheable keys are equal if and only if their names are equal.
 */
public final class EntryKey {

    private final String name;
    private final Object id;
    private final boolean tenantNamed;

    /** A key for an identifier without a canonical name: its entry is not cached. It equals no other key. */
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

    /**
     * The field of the Redis hash. The same on every JVM; never begins with {@code !}; empty if and only if not
     * cacheable.
     */
    public String name() {
        return name;
    }

    /**
     * The result of {@code getCacheKeyId} and {@code getNaturalIdValues}: the identifier, the collection's key or the
     * natural-id values, as the ORM passed them.
     */
    public Object id() {
        return id;
    }

    /** Whether it is the key of one tenant's entry. */
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
