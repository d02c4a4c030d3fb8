package io.github.hibernateredis.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Parses values that are constants of an enum, or their names in upper or lower case. */
final class Choices {

    private Choices() {}

    static <E extends Enum<E>> ValueReader<E> of(Class<E> type) {
        return value -> {
            if (type.isInstance(value)) {
                return type.cast(value);
            }
            if (value instanceof CharSequence) {
                for (E constant : type.getEnumConstants()) {
                    if (constant.name().equalsIgnoreCase(value.toString().trim())) {
                        return constant;
                    }
                }
            }
            throw new WrongValueException("expected one of " + names(type));
        };
    }

    private static <E extends Enum<E>> String names(Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }
}
