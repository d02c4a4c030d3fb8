package io.github.hibernateredis.config;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses fractions from 0 (inclusive) to 1 (exclusive). */
final class Fractions {

    private static final String EXPECTED =
            "expected a percentage (10%) or a fraction (0.1), at least 0 and less than 100% or 1";

    private static final Pattern NUMBER = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,15})?)\\s*(%?)");

    private Fractions() {}

    static double read(Object value) {
        double fraction = value instanceof Number number ? number.doubleValue() : parse(value);
        if (!(fraction >= 0 && fraction < 1)) {
            throw new WrongValueException(EXPECTED);
        }
        return fraction;
    }

    private static double parse(Object value) {
        Matcher matcher =
                NUMBER.matcher(value instanceof CharSequence ? value.toString().trim() : "");
        if (!matcher.matches()) {
            throw new WrongValueException(EXPECTED);
        }
        BigDecimal number = new BigDecimal(matcher.group(1));
        return (matcher.group(2).isEmpty() ? number : number.movePointLeft(2)).doubleValue();
    }
}
