package io.github.hibernateredis.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.hibernateredis.RedisCacheInspector;
import io.github.hibernateredis.config.ConfigException;
import io.github.hibernateredis.inspection.EntryDetails;
import io.github.hibernateredis.inspection.RegionDetails;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.hibernate.cache.CacheException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The command line {@code hibernate-redis-cli}. {@code docs/inspection.md} describes its commands and output. */
@Command(
        name = "hibernate-redis-cli",
        description = "Shows the contents of the second-level cache in Redis, and checks the server.",
        subcommands = {
            HibernateRedisCli.Regions.class,
            HibernateRedisCli.Show.class,
            HibernateRedisCli.Keys.class,
            HibernateRedisCli.Entry.class,
            HibernateRedisCli.Evict.class,
            HibernateRedisCli.Doctor.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = HibernateRedisCli.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed otherwise",
            "2:wrong arguments or settings",
            "3:no such region or entry",
            "4:Redis cannot be reached, or replied with an error",
            "5:doctor found problems"
        })
public final class HibernateRedisCli {

    @Mixin
    private ConnectionOptions connection;

    @Option(names = "--json", scope = CommandLine.ScopeType.INHERIT, description = "Print JSON, for scripts.")
    private boolean json;

    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    private HibernateRedisCli(ConnectionOptions connection) {
        this.connection = connection;
    }

    /**
     * Runs a command and ends the JVM.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        LogManager.getLogManager().reset(); // the log of the libraries adds nothing to the output
        Logger.getLogger("").setLevel(Level.OFF);
        PrintWriter out = new PrintWriter(System.out, true); // the output of the command
        PrintWriter err = new PrintWriter(System.err, true);
        System.exit(run(out, err, System::getenv, arguments));
    }

    /**
     * Runs a command.
     *
     * @param environment returns a variable of the environment
     * @return the exit code
     */
    static int run(
            PrintWriter out, PrintWriter err, Function<String, @Nullable String> environment, String... arguments) {
        Secrets secrets = new Secrets();
        HibernateRedisCli cli = new HibernateRedisCli(new ConnectionOptions(environment, secrets));
        CommandLine line = new CommandLine(cli)
                .setOut(out)
                .setErr(err)
                .setExecutionStrategy(parsed -> {
                    if (parsed.subcommand() == null
                            && !parsed.isUsageHelpRequested()
                            && !parsed.isVersionHelpRequested()) {
                        throw new CommandLine.ParameterException(
                                parsed.commandSpec().commandLine(), "A command is missing");
                    }
                    return new CommandLine.RunLast().execute(parsed);
                })
                .setParameterExceptionHandler((wrong, given) -> {
                    err.println(secrets.mask(String.valueOf(wrong.getMessage())));
                    wrong.getCommandLine().usage(err);
                    return ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    err.println(secrets.mask(describe(failure)));
                    return failure instanceof ConfigException || failure instanceof IllegalArgumentException
                            ? ExitCode.USAGE
                            : failure instanceof CacheException ? ExitCode.REDIS : ExitCode.FAILURE;
                });
        int code = line.execute(arguments);
        out.flush();
        err.flush();
        return code;
    }

    private static String describe(Exception failure) {
        return failure instanceof CacheException || failure instanceof IllegalArgumentException
                ? String.valueOf(failure.getMessage())
                : failure.toString();
    }

    private void print(String text, Object asJson) {
        PrintWriter out =
                CommandLine.Model.CommandSpec.class.cast(spec).commandLine().getOut();
        if (!json) {
            out.print(text);
            out.flush();
            return;
        }
        try {
            out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(asJson));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Cannot be shown as JSON", e);
        }
    }

    private int notFound(String what) {
        CommandLine.Model.CommandSpec.class.cast(spec).commandLine().getErr().println(what);
        return ExitCode.NOT_FOUND;
    }

    private int noRegion(String region) {
        return notFound(
                "There is no region " + region + " under the key prefix; the command regions lists the existing ones");
    }

    /** A command that uses a connection. */
    @Command(mixinStandardHelpOptions = true)
    abstract static class Action implements java.util.concurrent.Callable<Integer> {

        @ParentCommand
        @Nullable
        HibernateRedisCli cli;

        @Override
        public final Integer call() {
            HibernateRedisCli parent = java.util.Objects.requireNonNull(cli);
            try (RedisCacheInspector inspector = RedisCacheInspector.connect(parent.connection.settings())) {
                return run(parent, inspector);
            }
        }

        abstract int run(HibernateRedisCli parent, RedisCacheInspector inspector);
    }

    @Command(name = "regions", description = "List all regions: epoch, version, entries, memory, TTL.")
    static final class Regions extends Action {

        @Override
        int run(HibernateRedisCli parent, RedisCacheInspector inspector) {
            List<RegionDetails> regions = inspector.regions();
            parent.print(
                    regions.isEmpty() ? "There are no regions under the key prefix\n" : Views.regions(regions),
                    regions.stream().map(Views::json).toList());
            return ExitCode.OK;
        }
    }

    @Command(name = "show", description = "Show a region and its segments.")
    static final class Show extends Action {

        @Parameters(paramLabel = "REGION", description = "The qualified name of the region.")
        private String region = "";

        @Override
        int run(HibernateRedisCli parent, RedisCacheInspector inspector) {
            Optional<RegionDetails> found = inspector.region(region);
            if (found.isEmpty()) {
                return parent.noRegion(region);
            }
            parent.print(Views.region(found.get()), Views.json(found.get()));
            return ExitCode.OK;
        }
    }

    @Command(name = "keys", description = "Show some keys of a region, chosen at random.")
    static final class Keys extends Action {

        @Parameters(paramLabel = "REGION", description = "The qualified name of the region.")
        private String region = "";

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "20",
                description = "How many at most, 1 to 10000; default: ${DEFAULT-VALUE}.")
        private int limit;

        @Override
        int run(HibernateRedisCli parent, RedisCacheInspector inspector) {
            SortedSet<String> keys = inspector.keys(region, limit);
            if (keys.isEmpty() && inspector.region(region).isEmpty()) {
                return parent.noRegion(region);
            }
            parent.print(keys.stream().map(key -> key + '\n').reduce("", String::concat), keys);
            return ExitCode.OK;
        }
    }

    @Command(name = "entry", description = "Show the stored value of a key, and the holders of its locks.")
    static final class Entry extends Action {

        @Parameters(index = "0", paramLabel = "REGION", description = "The qualified name of the region.")
        private String region = "";

        @Parameters(index = "1", paramLabel = "KEY", description = "The key, as keys shows it: 42, #42, acme|42.")
        private String key = "";

        @Override
        int run(HibernateRedisCli parent, RedisCacheInspector inspector) {
            Optional<EntryDetails> entry = inspector.entry(region, key);
            if (entry.isEmpty()) {
                return parent.noRegion(region);
            }
            parent.print(Views.entry(entry.get()), Views.json(entry.get()));
            return entry.get().value() == null ? ExitCode.NOT_FOUND : ExitCode.OK;
        }
    }

    @Command(name = "evict", description = "Evict an entry, or a whole region, for all instances.")
    static final class Evict extends Action {

        @Parameters(index = "0", paramLabel = "REGION", description = "The qualified name of the region.")
        private String region = "";

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "KEY",
                description = "The key; without it the whole region.")
        private @Nullable String key;

        @Override
        int run(HibernateRedisCli parent, RedisCacheInspector inspector) {
            boolean there = key == null ? inspector.evict(region) : inspector.evict(region, key);
            if (!there) {
                return parent.noRegion(region);
            }
            parent.print(
                    key == null ? "Evicted the region " + region + '\n' : "Evicted " + key + " of " + region + '\n',
                    key == null ? Map.of("evicted", region) : Map.of("evicted", region, "key", key));
            return ExitCode.OK;
        }
    }

    @Command(name = "doctor", description = "Check the servers, and show what to change.")
    static final class Doctor extends Action {

        @Override
        int run(HibernateRedisCli parent, RedisCacheInspector inspector) {
            List<Finding> findings = Diagnosis.of(ServerProbe.all(inspector.client(), parent.connection.prefix()));
            parent.print(Diagnosis.text(findings), Diagnosis.json(findings));
            return findings.stream().anyMatch(finding -> finding.level() == Finding.Level.BAD)
                    ? ExitCode.UNHEALTHY
                    : ExitCode.OK;
        }
    }

    /** The version in the manifest. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = HibernateRedisCli.class.getPackage().getImplementationVersion();
            return new String[] {"hibernate-redis-cli " + (version == null ? "of a build" : version)};
        }
    }
}
