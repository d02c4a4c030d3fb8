package io.github.hibernateredis.store.redis;

/** A segment belongs to another number of segments than this instance goes by. Nothing was read or written. */
final class OtherLayoutException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OtherLayoutException(String region, int mine, String theirs) {
        super(
                "Region " + region + " has " + theirs + " segments; this instance used " + mine + " and follows now",
                null,
                false,
                false);
    }
}
