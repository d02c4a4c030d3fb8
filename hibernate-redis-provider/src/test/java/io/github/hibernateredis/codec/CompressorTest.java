package io.github.hibernateredis.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.github.hibernateredis.codec.CodecDomain.Detail;
import io.github.hibernateredis.config.Compression;
import io.github.hibernateredis.config.Compression.Algorithm;
import io.github.hibernateredis.testing.WithoutOptionalLibraries;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.hibernate.cache.spi.entry.CacheEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompressorTest {

    static final String PROSE = "It was the best of times, it was the worst of times, it was the age of wisdom. ";

    static Domain domain;

    final List<String> warnings = new ArrayList<>();
    final Codecs codecs = new Codecs(domain.factory, List.of(), warnings::add);
    final ValueCodec codec = codecs.entity(domain.entity(Detail.class));
    final Fingerprint fingerprint = ((CheckedCodec<?, ?>) codec).fingerprint();

    @BeforeAll
    static void open() {
        domain = new Domain();
    }

    @AfterAll
    static void close() {
        domain.close();
    }

    static CacheEntry entry(String text) {
        return domain.inTransaction(session -> {
            Detail detail = new Detail();
            detail.text = text;
            return ValueCodecTest.entry(session, detail);
        });
    }

    static String text(Object entry) {
        return Arrays.stream(((CacheEntry) entry).getDisassembledState())
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aLargeValueIsStoredSmallerAndReadByEverybody(Algorithm algorithm) {
        CacheEntry entry = entry(PROSE.repeat(20));
        byte[] plain = codec.encode(entry);
        byte[] compressed = codec.encode(entry, new Compression(algorithm, 512));

        assertThat(compressed).hasSizeLessThan(plain.length / 3);
        assertThat(compressed[4]).isEqualTo(algorithm == Algorithm.LZ4 ? Compressor.LZ4 : Compressor.DEFLATE);
        ValueCodec other = new Codecs(domain.factory, List.of(), warnings::add).entity(domain.entity(Detail.class));
        assertThat(text(other.decode(compressed))).isEqualTo(PROSE.repeat(20));
        assertThat(text(other.decode(plain))).isEqualTo(PROSE.repeat(20));
        assertThat(warnings).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void whatIsBelowTheThresholdIsLeftAlone(Algorithm algorithm) {
        CacheEntry entry = entry(PROSE.repeat(20));
        byte[] plain = codec.encode(entry);
        int payload = plain.length - 5;

        assertThat(codec.encode(entry, new Compression(algorithm, payload + 1))).isEqualTo(plain);
        assertThat(codec.encode(entry, new Compression(algorithm, payload))).hasSizeLessThan(plain.length);
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void whatDoesNotGetSmallerIsLeftAlone(Algorithm algorithm) {
        Random random = new Random(1);
        StringBuilder noise = new StringBuilder();
        random.ints(2000, 0, 256).forEach(c -> noise.append((char) c));
        for (String text : List.of(noise.toString(), "x", "")) {
            CacheEntry entry = entry(text);
            assertThat(codec.encode(entry, new Compression(algorithm, 0))).isEqualTo(codec.encode(entry));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void nothingExpandsMoreThanItMay(Algorithm algorithm) {
        String blanks = " ".repeat(100_000);
        byte[] compressed = codec.encode(entry(blanks), new Compression(algorithm, 0));
        assertThat(compressed.length).as("padded").isBetween(100_000 / 32, 100_000 / 32 + 20);
        assertThat(text(codec.decode(compressed))).isEqualTo(blanks);
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void whatIsVeryLargeIsLeftAlone(Algorithm algorithm) {
        CacheEntry entry = entry(" ".repeat(Compressor.MAX_LENGTH));
        assertThat(codec.encode(entry, new Compression(algorithm, 0))).hasSizeGreaterThan(Compressor.MAX_LENGTH);
    }

    byte[] body(int form, int length, int padding, byte[] stream) {
        WireOutput out = new WireOutput();
        out.writeInt(0);
        out.writeByte(form);
        out.writeVarInt(length, true);
        out.writeVarInt(padding, true);
        out.writeBytes(stream);
        return fingerprint.seal(out.toBytes());
    }

    @Test
    void bombsAreMisses() {
        byte[] deflated = stream(Algorithm.DEFLATE, " ".repeat(3_000_000));
        byte[] lz4 = stream(Algorithm.LZ4, " ".repeat(3_000_000));
        // Declared lengths: correct, too small, too large, and far too large.
        for (int length : new int[] {3_000_000, 100, 32 * 2_900, Compressor.MAX_LENGTH + 1, Integer.MAX_VALUE, -1}) {
            assertRefused(body(Compressor.DEFLATE, length, 0, deflated));
            assertRefused(body(Compressor.LZ4, length, 0, lz4));
        }
    }

    @Test
    void brokenStreamsAreMisses() {
        byte[] noise = new byte[100];
        new Random(2).nextBytes(noise);
        for (int form : new int[] {Compressor.DEFLATE, Compressor.LZ4, 3, -1}) {
            for (int length : new int[] {0, 1, 100, 3200}) {
                for (int padding : new int[] {0, 1, 100, 101, Integer.MAX_VALUE, -1}) {
                    assertRefused(body(form, length, padding, noise));
                    assertRefused(body(form, length, padding, new byte[0]));
                }
            }
            assertRefused(fingerprint.seal(new byte[] {0, 0, 0, 0, (byte) form}));
        }
    }

    /** Every flipped bit and every truncation of a compressed value, with a recomputed checksum. */
    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void damageIsAMissOrAnotherValue(Algorithm algorithm) {
        byte[] original = codec.encode(entry(PROSE + PROSE.toUpperCase()), new Compression(algorithm, 0));
        for (int bit = 32; bit < 8 * original.length; bit++) {
            byte[] flipped = original.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(codec.decode(flipped))
                    .as("the check covers what is compressed")
                    .isNull();
            decodeBounded(fingerprint.seal(flipped));
        }
        for (int length = 5; length < original.length; length++) {
            assertRefused(fingerprint.seal(Arrays.copyOf(original, length)));
        }
    }

    private static byte[] stream(Algorithm algorithm, String text) {
        WireOutput out = Fingerprint.begin();
        out.writeString(text);
        WireInput in = new WireInput(Compressor.compress(out.toBytes(), 4, new Compression(algorithm, 0)), 5);
        in.readVarInt(true);
        int padding = in.readVarInt(true);
        return in.readClaimed(in.remaining() - padding);
    }

    private void assertRefused(byte[] body) {
        assertThat(decodeBounded(body))
                .as(HexFormat.of().formatHex(body, 0, Math.min(40, body.length)))
                .isNull();
    }

    private Object decodeBounded(byte[] body) {
        codec.decode(body); // one-time loading and initialization must not count
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        Object decoded = codec.decode(body);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                .as("bytes allocated for %d", body.length)
                .isLessThan(400_000 + 100L * body.length);
        return decoded;
    }

    /** A reader without the library. */
    static final class WithoutTheLibrary implements Runnable {
        @Override
        public void run() {
            try (Domain domain = new Domain()) {
                Codecs codecs = new Codecs(domain.factory, List.of(), warning -> {});
                ValueCodec codec = codecs.entity(domain.entity(Detail.class));
                byte[] lz4 = HexFormat.of().parseHex(System.getProperty("lz4-value"));
                assertThat(codec.decode(lz4)).isNull();
                assertThat(codecs.rejected()).isEqualTo(1);
                Detail detail = new Detail();
                detail.text = PROSE.repeat(20);
                CacheEntry entry = domain.inTransaction(session -> ValueCodecTest.entry(session, detail));
                byte[] deflated = codec.encode(entry, new Compression(Algorithm.DEFLATE, 0));
                assertThat(codec.decode(deflated)).isNotNull();
            }
        }
    }

    @Test
    void aReaderWithoutTheLibraryMissesWhatNeedsIt() throws Exception {
        byte[] lz4 = codec.encode(entry(PROSE.repeat(20)), new Compression(Algorithm.LZ4, 0));
        System.setProperty("lz4-value", HexFormat.of().formatHex(lz4));
        try {
            WithoutOptionalLibraries.run(WithoutTheLibrary.class);
        } finally {
            System.clearProperty("lz4-value");
        }
    }
}
