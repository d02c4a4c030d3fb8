package io.github.hibernateredis.codec;

/** What the fuzzer runs, in a JVM of its own. Public as it wants it. */
public final class DecoderFuzzer {

    private static Decoders decoders;

    private DecoderFuzzer() {}

    /** Called by the fuzzer first. */
    public static void fuzzerInitialize() {
        decoders = new Decoders();
    }

    /** Called by the fuzzer with every input that it makes up. */
    public static void fuzzerTestOneInput(byte[] input) {
        decoders.decodeInput(input);
    }
}
