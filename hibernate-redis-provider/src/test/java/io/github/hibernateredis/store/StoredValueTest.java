package io.github.hibernateredis.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StoredValueTest {

    private static final long STAMP = 1_795_000_000_123_456L;
    private static final long EXPIRY = 1_795_000_000_123L;

    @Test
    void readsTheEnvelope() {
        StoredValue read = StoredValue.read(ByteBuffer.allocate(15)
                .put(StoredValue.FORMAT)
                .putLong(STAMP)
                .putShort((short) (EXPIRY >> 32))
                .putInt((int) EXPIRY)
                .array());

        assertThat(read.value()).isEmpty();
        assertThat(read.stamp()).isEqualTo(STAMP);
        assertThat(read.expiry()).isEqualTo(EXPIRY);
        assertThat(read.latestExpiry()).isEqualTo(EXPIRY);
    }

    @Test
    void readsTheEnvelopeOfMaxIdle() {
        StoredValue read = StoredValue.read(ByteBuffer.allocate(22)
                .put((byte) 0x12)
                .putLong(STAMP)
                .putShort((short) (EXPIRY >> 32))
                .putInt((int) EXPIRY)
                .putShort((short) (EXPIRY + 7 >> 32))
                .putInt((int) EXPIRY + 7)
                .put((byte) 5)
                .array());

        assertThat(read.value()).containsExactly(5);
        assertThat(read.stamp()).isEqualTo(STAMP);
        assertThat(read.expiry()).isEqualTo(EXPIRY);
        assertThat(read.latestExpiry()).isEqualTo(EXPIRY + 7);
    }

    @ParameterizedTest
    @ValueSource(bytes = {StoredValue.FORMAT, 0, 0x10, 0x12, 0x13, 0x20, -1})
    void anythingElseIsNoItem(byte first) {
        int shortest = first == StoredValue.FORMAT ? 15 : first == 0x12 ? 21 : 100;
        for (int length = 0; length < shortest; length++) {
            byte[] bytes = new byte[length];
            if (length > 0) {
                bytes[0] = first;
            }
            assertThat(StoredValue.read(bytes)).isNull();
        }
    }
}
