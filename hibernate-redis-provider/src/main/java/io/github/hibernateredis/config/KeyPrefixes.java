package io.github.hibernateredis.config;

/** Reads the first part of the Redis keys. */
final class KeyPrefixes {

    private KeyPrefixes() {}

    static String read(Object value) {
        if (!(value instanceof CharSequence)) {
            throw new WrongValueException("expected text");
        }
        String prefix = value.toString();
        if (prefix.isEmpty()) {
            throw new WrongValueException("is empty; every Redis key of the cache needs a prefix");
        }
        if (prefix.codePoints().anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c))) {
            throw new WrongValueException("expected text without white space and control characters");
        }
        // Braces choose the slot of a cluster: one in the prefix would displace the region's own.
        if (prefix.indexOf('{') >= 0 || prefix.indexOf('}') >= 0) {
            throw new WrongValueException("expected text without braces, which Redis Cluster takes for a hash tag");
        }
        if (prefix.endsWith(":")) {
            throw new WrongValueException("expected text without a colon at its end, which is added");
        }
        return prefix;
    }
}
