package io.github.hibernateredis.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.integration.model.Product;
import io.github.hibernateredis.integration.model.Review;
import io.github.hibernateredis.testing.ForkedJvm;
import io.github.hibernateredis.testing.SharedRedis;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.hibernate.Session;
import org.junit.jupiter.api.Test;

/** With the logger of entries at DEBUG, each miss and each refused put is logged with its key and its reason. */
final class EntryLogIT {

    private static final String LOGGER = "io.github.hibernateredis.entries";

    @Test
    void aLineNamesTheKeyAndTheReason() {
        try (ForkedJvm application = ForkedJvm.start(
                List.of(
                        "-Dredis.url=" + SharedRedis.url(),
                        "-Dorg.jboss.logging.provider=slf4j",
                        "-Dorg.slf4j.simpleLogger.log." + LOGGER + "=debug"),
                Worker.class)) {
            assertThat(application.await("MISS")).contains("HRP-401: ", "Product: no usable entry for 1: ABSENT.");
            assertThat(application.await("REFUSED"))
                    .contains("HRP-403: ", "Product: the value of 1 was not stored: REFUSED_OLDER.");
            assertThat(application.await("QUERY"))
                    .contains("HRP-401: ", "no usable entry for a query on [", "]: OUTDATED.");
            assertThat(application.await("HIT")).isEqualTo("0 lines");
        }
    }

    /** The application. */
    static final class Worker {

        private static final ByteArrayOutputStream LOG = new ByteArrayOutputStream();

        private Worker() {}

        public static void main(String[] arguments) throws InterruptedException {
            PrintStream file = System.err;
            Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> failure.printStackTrace(file));
            System.setErr(new PrintStream(LOG, true, UTF_8));
            try (Application node =
                    Application.on("entry-log", Product.class, Review.class).start()) {
                node.transact(session -> session.persist(new Product(1, "code", "one")));
                node.factory().getCache().evictAllRegions();
                node.find(Product.class, 1L);
                System.out.println("MISS " + line("no usable entry for 1:"));

                LOG.reset();
                try (Session session = node.factory().openSession()) {
                    node.factory().getCache().evictAllRegions();
                    session.find(Product.class, 1L);
                    System.out.println("REFUSED " + line("the value of 1 was"));
                }

                query(node);
                node.transact(session -> session.find(Product.class, 1L).name = "uno");
                LOG.reset();
                query(node);
                System.out.println("QUERY " + line("a query on"));

                LOG.reset();
                node.find(Product.class, 1L);
                System.out.println("HIT " + lines() + " lines");
            }
            System.exit(0);
        }

        private static void query(Application node) {
            node.inTransaction(session -> session.createSelectionQuery("from Product", Product.class)
                    .setCacheable(true)
                    .getResultList());
        }

        /** The outcome of a put arrives later than the load. */
        private static String line(String part) throws InterruptedException {
            while (!LOG.toString(UTF_8).contains(part)) {
                Thread.sleep(10); // the test that has started this JVM does not wait for ever
            }
            return LOG.toString(UTF_8)
                    .lines()
                    .filter(line -> line.contains(part))
                    .findFirst()
                    .orElseThrow();
        }

        private static long lines() {
            return LOG.toString(UTF_8)
                    .lines()
                    .filter(line -> line.contains("HRP-4"))
                    .count();
        }
    }
}
