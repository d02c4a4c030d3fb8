package io.github.hibernateredis.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Groups of horizontal bars on a logarithmic scale from 0.01 to 1,000, with a line at one, as SVG. */
final class BarChart {

    private static final List<String> COLORS =
            List.of("#c6302b", "#4477aa", "#66ccee", "#228833", "#bbbbbb", "#777777", "#aa3377");

    private static final int LEFT = 180;
    private static final int WIDTH = 500;
    private static final int RIGHT = 60;
    private static final int TOP = 60;
    private static final int BAR = 11;
    private static final int GAP = 10;
    private static final int FROM = -2;
    private static final int TO = 3;

    private record Group(String name, List<Double> values) {}

    private final String title;
    private final List<String> series;
    private final List<Group> groups = new ArrayList<>();
    private final StringBuilder svg = new StringBuilder();

    BarChart(String title, List<String> series) {
        this.title = title;
        this.series = series;
    }

    /** Adds a group with one value for each series; NaN leaves its place empty. */
    void group(String name, List<Double> values) {
        groups.add(new Group(name, List.copyOf(values)));
    }

    String svg() {
        int groupHeight = series.size() * BAR + GAP;
        int bottom = TOP + groups.size() * groupHeight;
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"11\">",
                LEFT + WIDTH + RIGHT, bottom + 30);
        add("<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>");
        add("<text x=\"10\" y=\"20\" font-size=\"14\">%s</text>", title);
        legend();
        for (int power = FROM; power <= TO; power++) {
            double x = x(Math.pow(10, power));
            add(
                    "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\"/>",
                    x, TOP - 5, x, bottom, power == 0 ? "#000" : "#ddd");
            String label = power < 0 ? "0." + "0".repeat(-power - 1) + "1" : "1" + "0".repeat(power);
            add("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>", x, bottom + 15, label);
        }
        for (int i = 0; i < groups.size(); i++) {
            bars(groups.get(i), TOP + i * groupHeight);
        }
        return svg.append("</svg>\n").toString();
    }

    private void legend() {
        int x = 10;
        for (int i = 0; i < series.size(); i++) {
            add("<rect x=\"%d\" y=\"30\" width=\"10\" height=\"10\" fill=\"%s\"/>", x, color(i));
            add("<text x=\"%d\" y=\"39\">%s</text>", x + 14, series.get(i));
            x += 24 + 7 * series.get(i).length();
        }
    }

    private void bars(Group group, int top) {
        add(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
                LEFT - 8, top + series.size() * BAR / 2 + 4, group.name);
        for (int i = 0; i < series.size(); i++) {
            double value = group.values.get(i);
            if (!Double.isNaN(value)) {
                int y = top + i * BAR;
                double end = x(value);
                add(
                        "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                        LEFT, y, end - LEFT, BAR - 1, color(i));
                add("<text x=\"%.1f\" y=\"%d\" font-size=\"9\">%.3g</text>", end + 3, y + BAR - 2, value);
            }
        }
    }

    private static String color(int index) {
        return COLORS.get(index % COLORS.size());
    }

    private static double x(double value) {
        double share = (Math.log10(value) - FROM) / (TO - FROM);
        return LEFT + WIDTH * Math.min(1, Math.max(0, share));
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
