package io.github.hibernateredis.quickstart;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints chapters and sentences as they come, and a table of all operations at the end. */
final class Report {

    private static final int INDENT = 3;
    private static final int NAME_WIDTH = 47;
    private static final String ROW = "%-" + NAME_WIDTH + "s %14s %17s %9s%n";

    private record Operation(String name, long statements, long roundTrips, long nanos) {}

    private final PrintStream out;
    private final List<Operation> operations = new ArrayList<>();
    private int chapters;

    Report(PrintStream out) {
        this.out = out;
    }

    void title(String text) {
        out.println();
        out.println(text);
        out.println("=".repeat(text.length()));
    }

    void chapter(String heading) {
        chapters++;
        out.println();
        out.println(chapters + ". " + heading);
    }

    void say(String text) {
        out.println(" ".repeat(INDENT) + text);
    }

    /** Prints an operation with its result at once, and keeps it for the table. */
    void operation(String name, Object result, long statements, long roundTrips, long nanos) {
        operations.add(new Operation(name, statements, roundTrips, nanos));
        say(String.format("%-" + NAME_WIDTH + "s  %d SQL, %2d Redis  %s", name, statements, roundTrips, result));
    }

    void table() {
        out.println();
        out.printf(ROW, "operation", "SQL statements", "Redis round trips", "time");
        out.printf(ROW, "-".repeat(NAME_WIDTH), "-".repeat(14), "-".repeat(17), "-".repeat(9));
        for (Operation operation : operations) {
            String time = String.format(Locale.ROOT, "%.1f ms", operation.nanos / 1e6);
            out.printf(ROW, operation.name, operation.statements, operation.roundTrips, time);
        }
        out.println();
        out.println(
                "SQL statements are counted by Hibernate's StatementInspector. Redis round trips are the commands that"
                        + " Redis");
        out.println(
                "received, as MONITOR shows them; the commands inside a script are not counted, and the heartbeat of"
                        + " each JVM");
        out.println("once a second is left out. Database and Redis are on this machine, in memory: do not compare their"
                + " times.");
        out.println();
    }
}
