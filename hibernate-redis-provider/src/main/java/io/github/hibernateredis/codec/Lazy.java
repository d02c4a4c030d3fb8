package io.github.hibernateredis.codec;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value that is created once, at its first use. Thread safe. */
public final class Lazy<T> implements Supplier<T> {

    private final Supplier<T> supplier;
    private volatile @Nullable T value;

    /** @param supplier creates the value; called again if it has failed */
    public Lazy(Supplier<T> supplier) {
        this.supplier = supplier;
    }

    @Override
    public T get() {
        T made = value;
        if (made == null) {
            synchronized (this) {
                made = value;
                if (made == null) {
                    made = supplier.get();
                    value = made;
                }
            }
        }
        return made;
    }
}
