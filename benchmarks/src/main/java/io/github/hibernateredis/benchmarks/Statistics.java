package io.github.hibernateredis.benchmarks;

import java.util.Arrays;

/** Statistics of several measurements. */
final class Statistics {

    private Statistics() {}

    static double median(double... values) {
        return quantile(values, 0.5);
    }

    /** The smallest of the values that a share {@code q} of them does not exceed. */
    static double quantile(double[] values, double q) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[Math.max(0, (int) Math.ceil(q * sorted.length) - 1)];
    }
}
