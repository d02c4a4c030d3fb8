package io.github.hibernateredis.benchmarks;

import java.util.Arrays;

/** Statistics of several measurements. */
final class Statistics {

    private Statistics() {}

    /** The middle value, or the mean of the two middle values. */
    static double median(double... values) {
        double[] upward = values.clone();
        Arrays.sort(upward);
        int middle = upward.length / 2;
        if (upward.length == 0) {
            return Double.NaN;
        }
        return upward.length % 2 == 1 ? upward[middle] : (upward[middle - 1] + upward[middle]) / 2;
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
