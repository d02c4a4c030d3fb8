package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.testing.ForkedJvm;
import io.github.hibernateredis.testing.SharedRedis;
import java.util.List;
import org.h2.tools.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Of many sessions in two JVMs that miss one entry at a time, one loads it. If its JVM is killed, the others soon do.
 */
@Timeout(120)
class LoadWaitJvmsIT {

    private static final int LOAD_WAIT_MILLIS = 3_000;

    @Test
    void oneOfTwoHundredLoads() throws Exception {
        Server database =
                Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
        String url = "jdbc:h2:tcp://localhost:" + database.getPort() + "/mem:load-wait-jvms;DB_CLOSE_DELAY=-1";
        String[] arguments = {"load-wait-jvms", url, LOAD_WAIT_MILLIS + "ms", SharedRedis.url()};
        try (ForkedJvm one = ForkedJvm.start(LoadWaitWorker.class, arguments)) {
            one.await("READY"); // the first makes the tables
            try (ForkedJvm two = ForkedJvm.start(LoadWaitWorker.class, arguments)) {
                two.await("READY");
                one.ask("fill", "DONE");

                readAtOnce(one, two, "entity");
                readAtOnce(one, two, "collection");
                readAtOnce(one, two, "query");
                killTheLoader(one, two);
            }
        } finally {
            database.stop();
        }
    }

    private static void readAtOnce(ForkedJvm one, ForkedJvm two, String what) {
        chill(one, two);
        if (!what.equals("entity")) {
            one.ask("owner", "DONE");
        }
        List<ForkedJvm> both = List.of(one, two);
        both.forEach(each -> each.ask(what, "BEGUN"));
        both.forEach(each -> each.send("go"));
        int statements = 0;
        for (ForkedJvm each : both) {
            String[] read = each.await("READ").split(" ");
            each.await("DONE");
            statements += Integer.parseInt(read[0]);
            System.out.printf(
                    "%s in one of two JVMs, %d reads, SQL of %d ms: %s statements, %s waited, p99 %s ms%n",
                    what, LoadWaitWorker.THREADS, LoadWaitWorker.SQL_MILLIS, read[0], read[1], read[2]);
        }
        assertThat(statements).as("statements for " + what).isBetween(1, 2);
    }

    /** Nothing is cached, and both have heard of it. */
    private static void chill(ForkedJvm one, ForkedJvm two) {
        one.ask("evict", "DONE");
        one.ask("hear", "DONE");
        two.ask("hear", "DONE");
    }

    private static void killTheLoader(ForkedJvm one, ForkedJvm two) {
        chill(one, two);
        two.ask("hang", "HANGS");
        two.kill();
        long millis = Long.parseLong(one.ask("find", "FOUND"));
        one.await("DONE");
        System.out.printf("With a load_wait of %d ms, and a loader killed: %d ms%n", LOAD_WAIT_MILLIS, millis);
        assertThat(millis).isBetween(LOAD_WAIT_MILLIS / 2L, LOAD_WAIT_MILLIS + 1_000L);
    }
}
