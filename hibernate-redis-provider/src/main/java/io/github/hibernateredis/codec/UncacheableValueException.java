package io.github.hibernateredis.codec;

import org.hibernate.cache.CacheException;

/**
 * A value cannot be cached: its class is neither in the mapping, nor built in, nor in the setting
 * {@code hibernate.cache.redis.allowed_classes}; or the value is bound to a connection or to a live object. The message
 * names the class and, if it helps, the setting.
 *
 * <p>It is a {@link CacheException} because the ORM tolerates these after a transaction's completion.
 */
public final class UncacheableValueException extends CacheException {

    private static final long serialVersionUID = 1L;

    /** The setting that allows further classes in cached values. */
    static final String ALLOWED_CLASSES = "hibernate.cache.redis.allowed_classes";

    UncacheableValueException(String message) {
        super(message);
    }

    UncacheableValueException(String message, Throwable cause) {
        super(message, cause);
    }
}
