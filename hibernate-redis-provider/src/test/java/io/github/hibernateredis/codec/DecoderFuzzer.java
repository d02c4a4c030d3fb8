package io.github.hibernateredis.codec;

/** The target of the fuzzer, in a separate JVM. Public because the fuzzer requires it. */
public final class DecoderFuzzer {

    private static Decoders decoders;

    private DecoderFuzzer() {}

    /** Called first by the fuzzer. */
    public static void fuzzerInitialize() {
        decoders = new Decoders();
    }

    /** Called by the fuzzer with each input that it generates. */
    public static void fuzzerTestOneInput(byte[] input) {
        decoders.decodeInput(input);
    }
}
