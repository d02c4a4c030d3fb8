package io.github.hibernateredis.integration.torture;

import io.github.hibernateredis.integration.Cable;
import io.github.hibernateredis.testing.ForkedJvm;
import io.github.hibernateredis.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The JVMs of a run, each with its own cable to Redis. Not thread safe. */
final class Crew implements AutoCloseable {

    /** One JVM. */
    record Member(int number, ForkedJvm jvm, Cable cable) {

        private String says() {
            return jvm.await("", PATIENCE);
        }
    }

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Plan plan;
    private final String databaseUrl;
    private final RedisServer redis;
    private final Map<String, String> servers;
    private final long seed;
    private final Path folder;
    private final List<Member> members = new ArrayList<>();
    private int hired;

    Crew(Plan plan, String databaseUrl, RedisServer redis, Map<String, String> servers, long seed, Path folder) {
        this.plan = plan;
        this.databaseUrl = databaseUrl;
        this.redis = redis;
        this.servers = servers;
        this.seed = seed;
        this.folder = folder;
    }

    /** Starts the JVMs, and their work when all of them are ready. */
    void start() throws IOException {
        for (int i = 0; i < plan.jvms(); i++) {
            hire();
        }
        for (Member member : members) {
            member.jvm.await("READY", PATIENCE);
            member.jvm.send("go");
        }
    }

    private Member hire() throws IOException {
        int number = hired++;
        Cable cable = plan.hasNearCaches() ? Cable.knowingMessages(redis.port()) : Cable.to(redis.port());
        String prefix = plan.shared() ? plan.name() : plan.name() + "-" + number;
        ForkedJvm jvm = Worker.fork(plan, databaseUrl, cable.url(), servers, prefix, seed, number, folder);
        Member member = new Member(number, jvm, cable);
        members.add(member);
        return member;
    }

    List<Member> members() {
        return List.copyOf(members);
    }

    /** Kills a JVM, which may be stopped or disconnected. */
    void kill(Member member) throws IOException {
        member.jvm.kill();
        members.remove(member);
        member.cable.close();
    }

    /** Starts new JVMs for the killed ones. */
    void fill() throws IOException {
        while (members.size() < plan.jvms()) {
            Member next = hire();
            next.jvm.await("READY", PATIENCE);
            next.jvm.send("go");
        }
    }

    /** The differences that the instances report at rest; empty if each of them sees the state of the database. */
    List<String> look() {
        members.forEach(member -> member.jvm.send("look"));
        List<String> differences = new ArrayList<>();
        for (Member member : members) {
            for (String line = member.says(); !line.startsWith("LOOKED"); line = member.says()) {
                differences.add("node " + member.number + ": " + line);
            }
        }
        return differences;
    }

    /** Lets every transaction end, and none begin before {@link #goOn()}. */
    void calm() {
        members.forEach(member -> member.jvm.send("calm"));
        members.forEach(member -> member.jvm.await("CALM"));
    }

    void goOn() {
        members.forEach(member -> member.jvm.send("go on"));
    }

    int transactions() {
        return members.stream()
                .mapToInt(member -> Integer.parseInt(member.jvm.ask("count", "COUNT")))
                .sum();
    }

    @Override
    public void close() throws IOException {
        for (Member member : members) {
            member.jvm.close();
            member.cable.close();
        }
    }
}
