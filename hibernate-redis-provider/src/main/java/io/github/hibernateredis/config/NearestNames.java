package io.github.hibernateredis.config;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Finds the names that are most similar to a misspelt name. */
final class NearestNames {

    private NearestNames() {}

    /** The candidates with the smallest edit distance, in their own order; several if they are equally near. */
    static List<String> of(String name, Collection<String> candidates) {
        int fewest = candidates.stream()
                .mapToInt(candidate -> distance(name, candidate))
                .min()
                .orElse(0);
        return candidates.stream()
                .filter(candidate -> distance(name, candidate) == fewest)
                .toList();
    }

    /** The Levenshtein distance, ignoring case. */
    static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substitution, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
