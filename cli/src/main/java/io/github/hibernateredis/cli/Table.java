package io.github.hibernateredis.cli;

import java.util.ArrayList;
import java.util.List;

/** A table for people: a header and rows. Not thread safe. */
final class Table {

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... names) {
        rows.add(List.of(names));
    }

    void add(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(String.valueOf(cell));
        }
        rows.add(row);
    }

    /** Numbers are right-aligned, other values left-aligned; lines have no trailing spaces. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                String blanks = " ".repeat(width(column) - row.get(column).length());
                line.append(column == 0 ? "" : "  ")
                        .append(isNumeric(column) ? blanks + row.get(column) : row.get(column) + blanks);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    private boolean isNumeric(int column) {
        return rows.size() > 1
                && rows.stream().skip(1).allMatch(row -> row.get(column).matches("-|\\d[\\d.,]*( [KMG]?i?B)?"));
    }
}
