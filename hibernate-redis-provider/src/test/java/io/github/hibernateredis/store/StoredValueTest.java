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
    void readsAnItemThatTheServerExpires() {
        StoredValue read = StoredValue.read(ByteBuffer.allocate(11)
                .put(StoredValue.PLAIN)
                .putLong(STAMP)
                .put((byte) 0)
                .put((byte) -1)
                .array());

        assertThat(read.value()).containsExactly(0, -1);
        assertThat(read.stamp()).isEqualTo(STAMP);
        assertThat(read.expiry()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void readsAnItemThatCarriesItsExpiry() {
        StoredValue read = StoredValue.read(ByteBuffer.allocate(15)
                .put(StoredValue.WITH_EXPIRY)
                .putLong(STAMP)
                .putShort((short) (EXPIRY >> 32))
                .putInt((int) EXPIRY)
                .array());

        assertThat(read.value()).isEmpty();
        assertThat(read.stamp()).isEqualTo(STAMP);
        assertThat(read.expiry()).isEqualTo(EXPIRY);
    }

    @ParameterizedTest
    @ValueSource(bytes = {StoredValue.PLAIN, StoredValue.WITH_EXPIRY, 0, 0x12, 0x20, -1})
    void anythingElseIsNoItem(byte first) {
        int shortest = first == StoredValue.PLAIN ? 9 : first == StoredValue.WITH_EXPIRY ? 15 : 100;
        for (int length = 0; length < shortest; length++) {
            byte[] bytes = new byte[length];
            if (length > 0) {
                bytes[0] = first;
            }
            assertThat(StoredValue.read(bytes)).isNull();
        }
    }
}
