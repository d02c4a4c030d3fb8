package io.github.hibernateredis.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.code_intelligence.jazzer.Jazzer;
import io.github.hibernateredis.codec.Decoders.Kind;
import io.github.hibernateredis.testing.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests the decoders with a coverage-guided fuzzer. Its seeds are kept: values of every kind, and every input that once
 * revealed a bug. They always run; the fuzzer runs for a few seconds, or for {@code -Dfuzz.seconds}.
 */
class DecoderFuzzTest {

    private static final Path SEEDS = Path.of("src/test/resources/io/github/hibernateredis/codec/seeds");

    static Decoders decoders;

    @BeforeAll
    static void open() {
        decoders = new Decoders();
    }

    @AfterAll
    static void close() {
        decoders.close();
    }

    private static List<Path> seeds() throws IOException {
        try (Stream<Path> files = Files.list(SEEDS)) {
            return files.sorted().toList();
        }
    }

    /** If the form of values changes, old seeds are of little use: renew them with {@code -Dseeds.write=true}. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void seedsReachEveryDecoder() throws IOException {
        if (Boolean.getBoolean("seeds.write")) {
            Files.createDirectories(SEEDS);
            for (Map.Entry<String, byte[]> seed :
                    HostileBytesTest.inputs(decoders).entrySet()) {
                Files.write(SEEDS.resolve(seed.getKey()), seed.getValue());
            }
        }
        Map<Kind, Integer> values = new TreeMap<>();
        for (Path seed : seeds()) {
            byte[] input = Files.readAllBytes(seed);
            if (decoders.decodeInput(input) != null) {
                values.merge(Kind.values()[input[0]], 1, Integer::sum);
            }
        }
        assertThat(values.keySet()).containsExactly(Kind.values());
    }

    @Test
    void nothingIsFoundInAFewSeconds() throws IOException {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        assumeTrue(
                system.contains("linux") && !Files.exists(Path.of("/etc/alpine-release")) || system.contains("mac"),
                "The fuzzer has native parts");
        int seconds = Integer.getInteger("fuzz.seconds", 4);
        Path folder = Files.createDirectories(Path.of("target", "fuzz"));
        Path corpus = Files.createTempDirectory(folder, "corpus");
        try (ForkedJvm fuzzer = ForkedJvm.start(
                List.of("-Xmx512m", "-Dorg.jboss.logging.provider=slf4j"),
                Jazzer.class,
                "--target_class=" + DecoderFuzzer.class.getName(),
                "--instrumentation_includes=io.github.hibernateredis.codec.**:com.esotericsoftware.kryo.**",
                "--custom_hook_includes=io.github.hibernateredis.codec.**:com.esotericsoftware.kryo.**",
                "--reproducer_path=" + folder,
                "-artifact_prefix=" + folder + "/",
                "-max_total_time=" + seconds,
                "-timeout=60",
                "-max_len=4096",
                corpus.toString(),
                SEEDS.toString())) {
            assertThat(fuzzer.end(Duration.ofSeconds(seconds + 60)))
                    .as("see %s and the newest file in target/jvm; keep what was found among the seeds", folder)
                    .isZero();
        }
    }
}
