package io.github.hibernateredis.codec;

import org.hibernate.cache.CacheException;

/**
 * A value that cannot leave the process: its class is not one that the mapping, the built-in list or the setting
 * {@code hibernate.cache.redis.allowed_classes} names, or it is bound to a connection or to a live object. The message
 * names the class and, where that helps, the setting.
 *
 * <p>It is a {@link CacheException} because that is what the ORM tolerates after a transaction's completion.
 */
public final class UncacheableValueException extends CacheException {

    private static final long serialVersionUID = 1L;

    /** The setting that lets further classes into cached values. */
    static final String ALLOWED_CLASSES = "hibernate.cache.redis.allowed_classes";

    UncacheableValueException(String message) {
        super(message);
    }

    UncacheableValueException(String message, Throwable cause) {
        super(message, cause);
    }
}
