package io.github.hibernateredis.codec;

/** Builds keys for tests of other packages. */
public final class NamedKeys {

    private NamedKeys() {}

    /** A key of that name. */
    public static EntryKey named(String name) {
        return new EntryKey(name, name, false);
    }
}
