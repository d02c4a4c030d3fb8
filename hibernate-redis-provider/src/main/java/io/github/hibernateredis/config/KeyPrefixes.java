package io.github.hibernateredis.config;

/** Parses the key prefix. */
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
        // Redis Cluster chooses the slot by the text in braces: braces in the prefix would replace those of the region.
        if (prefix.indexOf('{') >= 0 || prefix.indexOf('}') >= 0) {
            throw new WrongValueException("expected text without braces, which Redis Cluster takes for a hash tag");
        }
        if (prefix.endsWith(":")) {
            throw new WrongValueException("expected text without a colon at its end, because one is added");
        }
        return prefix;
    }
}
