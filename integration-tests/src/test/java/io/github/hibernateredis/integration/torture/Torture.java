package io.github.hibernateredis.integration.torture;

import io.github.hibernateredis.integration.Application;
import io.github.hibernateredis.integration.PostgresServer;
import io.github.hibernateredis.testing.RedisServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.hibernate.cfg.AvailableSettings;

/** Runs a plan: lets JVMs work while the nemesis causes faults, and checks their reads. */
final class Torture {

    /** On a busy machine a run continues until it has run this number of transactions. */
    private static final int LEAST_TRANSACTIONS = 300;

    private Torture() {}

    static Outcome run(Plan plan, long seed) throws Exception {
        return run(plan, seed, Map.of());
    }

    /**
     * Runs a plan on other servers. The faults of servers and connections do not concern these.
     *
     * @param servers the settings that name them; none: one server that the run starts
     */
    static Outcome run(Plan plan, long seed, Map<String, String> servers) throws Exception {
        Path folder =
                Files.createTempDirectory(Files.createDirectories(Path.of("target", "torture")), plan.name() + "-");
        Path journals = Files.createDirectory(folder.resolve("journals"));
        String database = PostgresServer.url();
        Outcome outcome = new Outcome(plan, seed, folder);
        History history = new History(plan.threads());
        if (plan.hasNearCaches()) {
            history.tolerateNear(plan.nearLease(), plan::isNear);
        }
        Application.Builder creator = Worker.application(plan, database, "redis://127.0.0.1:1", plan.name(), folder)
                .set(AvailableSettings.HBM2DDL_AUTO, "create-drop")
                .set(AvailableSettings.USE_SECOND_LEVEL_CACHE, "false")
                .set(AvailableSettings.USE_QUERY_CACHE, "false");
        try (Application tables = creator.start();
                RedisServer redis = RedisServer.start();
                Crew crew = new Crew(plan, database, redis, servers, seed, journals)) {
            Database audit = new Database(database);
            audit.watch();
            tables.transact(session -> {
                session.doWork(connection -> Database.name(connection, "fill"));
                Workload.fill(session);
            });
            long filled = System.nanoTime();
            history.committed("fill", new History.Commit(filled - 1, filled));
            crew.start();
            Nemesis nemesis = new Nemesis(plan, redis, crew, seed);
            outcome.begun(nemesis.strikes());
            while (!outcome.isOver() || crew.transactions() < LEAST_TRANSACTIONS) {
                if (plan.faults().isEmpty()) {
                    nemesis.pass(100, 500);
                } else {
                    nemesis.strike();
                    nemesis.pass(200, 2000);
                    crew.calm();
                    outcome.atRest.addAll(look(plan, crew, nemesis));
                    crew.goOn();
                }
            }
            stop(crew, outcome);
            if (plan.shared()) {
                outcome.atRest.addAll(look(plan, crew, nemesis));
            }
            audit.replay(history);
            check(history, journals, outcome);
        } finally {
            outcome.end();
        }
        return outcome;
    }

    /**
     * The differences at rest. If an instance may still have to learn of a write, it gets some time: only a look that
     * begins after that counts.
     */
    private static List<String> look(Plan plan, Crew crew, Nemesis nemesis) {
        long calmSince = System.nanoTime();
        while (true) {
            boolean isSettled = nemesis.isSettled()
                    && System.nanoTime() - calmSince >= plan.nearLease().toNanos();
            List<String> differences = crew.look();
            if (isSettled || differences.isEmpty()) {
                return differences;
            }
        }
    }

    private static void stop(Crew crew, Outcome outcome) {
        List<Crew.Member> members = crew.members();
        members.forEach(member -> member.jvm().send("stop"));
        members.forEach(member -> outcome.add(member.jvm().await("DONE")));
    }

    private static void check(History history, Path journals, Outcome outcome) {
        outcome.cuts().forEach(history::tolerate);
        Journal.replay(journals, new Journal.Listener() {
            @Override
            public void committed(String transaction, History.Commit commit) {
                history.committed(transaction, commit);
            }

            @Override
            public void intended(String register, String transaction, long readFrom) {
                history.intended(register, transaction, readFrom);
            }
        });
        Journal.replay(journals, new Journal.Listener() {
            @Override
            public void read(History.Read read) {
                outcome.read(read, history.check(read));
            }

            @Override
            public void failed(String reader, String failure) {
                outcome.failed(reader, failure);
            }

            @Override
            public void probed(Journal.Probe probe) {
                outcome.probed(probe);
            }
        });
        history.overwritten(Workload.ITEM).forEach(outcome::violated);
        outcome.tolerated(history);
    }
}
