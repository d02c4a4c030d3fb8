package io.github.hibernateredis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.session.SessionContext;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * Draws the steps of a read and of a write. The pictures are compared with the files in {@code docs}; with
 * {@code -Dpages.write} the test writes the files. Every type, method and script in a step must exist.
 */
final class DiagramsTest {

    private static final Path DOCS = Path.of("..", "docs");
    private static final Path SOURCES = Path.of("src", "main");

    /** The participants, from left to right. */
    private enum Actor {
        SESSION("Session of Hibernate"),
        PROVIDER("SessionContext"),
        GUARD("GuardedClient"),
        REDIS("Redis"),
        DATABASE("Database");

        private static final int WIDTH = 190;
        private final String title;

        Actor(String title) {
            this.title = title;
        }

        int x() {
            return 100 + ordinal() * WIDTH;
        }
    }

    /** An arrow, or a note if it begins and ends at the same actor. */
    private record Step(Actor from, Actor to, String text) {}

    private static final List<Step> READ = List.of(
            new Step(Actor.SESSION, Actor.PROVIDER, "opens: takes the newest known stamp"),
            new Step(Actor.SESSION, Actor.PROVIDER, "find(): get"),
            new Step(Actor.PROVIDER, Actor.PROVIDER, "writes this key itself: a miss"),
            new Step(Actor.PROVIDER, Actor.GUARD, "get"),
            new Step(Actor.GUARD, Actor.GUARD, "breaker open, or region bypassed: a miss"),
            new Step(Actor.GUARD, Actor.REDIS, "HMGET, within timeout"),
            new Step(Actor.REDIS, Actor.PROVIDER, "entry, epoch, stamp"),
            new Step(Actor.PROVIDER, Actor.SESSION, "hit: mapping, epoch and stamp fit"),
            new Step(Actor.SESSION, Actor.DATABASE, "miss: SELECT"),
            new Step(Actor.SESSION, Actor.PROVIDER, "putFromLoad"),
            new Step(Actor.PROVIDER, Actor.REDIS, "put.lua, in a batch, not awaited"),
            new Step(Actor.REDIS, Actor.REDIS, "refused if locked, or written since the opening"));

    private static final List<Step> WRITE = List.of(
            new Step(Actor.SESSION, Actor.PROVIDER, "flush: lockItem"),
            new Step(Actor.PROVIDER, Actor.REDIS, "begin.lua: lock, drop the entry"),
            new Step(Actor.SESSION, Actor.DATABASE, "UPDATE"),
            new Step(Actor.SESSION, Actor.PROVIDER, "commit(): transactionCompleting"),
            new Step(Actor.REDIS, Actor.PROVIDER, "locks are confirmed, or sent again"),
            new Step(Actor.PROVIDER, Actor.PROVIDER, "not confirmed, consistent: the commit fails"),
            new Step(Actor.SESSION, Actor.DATABASE, "COMMIT"),
            new Step(Actor.SESSION, Actor.PROVIDER, "transactionCompleted"),
            new Step(Actor.PROVIDER, Actor.REDIS, "end.lua: new stamp, floor, value, unlock"),
            new Step(Actor.REDIS, Actor.PROVIDER, "confirmed"),
            new Step(Actor.GUARD, Actor.GUARD, "not confirmed: pending invalidation, region bypassed"),
            new Step(Actor.PROVIDER, Actor.SESSION, "commit() returns"));

    private static String draw(String title, List<Step> steps) {
        int width = Actor.DATABASE.x() + 100;
        int height = 80 + steps.size() * 34;
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">\n"
                        + "<title>%s</title>\n<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n"
                        + "<defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\""
                        + " orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>\n",
                width,
                height,
                title,
                width,
                height));
        for (Actor actor : Actor.values()) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<path d=\"M%d 40V%d\" stroke=\"#999999\" stroke-dasharray=\"3 3\"/>\n"
                            + "<rect x=\"%d\" y=\"10\" width=\"150\" height=\"30\" rx=\"4\" fill=\"#e8f0fe\" stroke=\"#4a6fa5\"/>\n"
                            + "<text x=\"%d\" y=\"30\" text-anchor=\"middle\">%s</text>\n",
                    actor.x(),
                    height - 10,
                    actor.x() - 75,
                    actor.x(),
                    actor.title));
        }
        int y = 70;
        for (Step step : steps) {
            int from = step.from.x();
            int to = step.to.x();
            boolean note = from == to;
            int centre = note ? from : (from + to) / 2;
            if (!note) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<path d=\"M%d %dH%d\" stroke=\"#000000\" marker-end=\"url(#head)\"/>\n",
                        from,
                        y,
                        to));
            }
            int space = step.text.length() * 13 / 2 + 8;
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"15\" fill=\"%s\"/>\n"
                            + "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\"%s>%s</text>\n",
                    centre - space / 2,
                    note ? y - 10 : y - 17,
                    space,
                    note ? "#fff4d6" : "#ffffff",
                    centre,
                    note ? y + 1 : y - 6,
                    note ? " font-style=\"italic\"" : "",
                    step.text));
            y += 34;
        }
        return svg.append("</svg>\n").toString();
    }

    private static void check(String file, String svg) throws IOException {
        if (Boolean.getBoolean("pages.write")) {
            Files.writeString(DOCS.resolve(file), svg);
        }
        assertThat(DOCS.resolve(file)).as("-Dpages.write=true draws it").hasContent(svg);
        assertThat(Files.readString(DOCS.resolve("consistency.md"))).contains("](" + file + ")");
    }

    @Test
    void theWayOfARead() throws IOException {
        check("way-of-a-read.svg", draw("The way of a read", READ));
    }

    @Test
    void theWayOfAWrite() throws IOException {
        check("way-of-a-write.svg", draw("The way of a write", WRITE));
    }

    @Test
    void whatTheyNameIsThere() {
        Path root = SOURCES.resolve("java/io/github/hibernateredis");
        assertThat(root.resolve("session/SessionContext.java")).exists();
        assertThat(root.resolve("resilience/GuardedClient.java")).exists();
        for (String script : List.of("put.lua", "begin.lua", "end.lua")) {
            assertThat(SOURCES.resolve("resources/io/github/hibernateredis/store/redis/" + script))
                    .exists();
        }
        assertThat(SessionContext.class.getMethods())
                .extracting(Method::getName)
                .contains("transactionCompleting", "transactionCompleted");
    }
}
