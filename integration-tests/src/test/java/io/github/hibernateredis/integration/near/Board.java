package io.github.hibernateredis.integration.near;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Where one JVM writes down what it has committed, and others look: a file in the memory of both. Of each row the
 * values 1, 2, 3 and so on are committed. All moments are {@link System#nanoTime()}, which the JVMs of one machine
 * share.
 */
final class Board {

    private static final int VALUES = 8192;
    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final ByteBuffer longs;

    Board(Path file, int rows) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            longs = channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) rows * VALUES * Long.BYTES);
        }
    }

    /** The commit of a value, one more than the one before, has returned. For one thread. */
    void committed(int row, long value, long moment) {
        LONGS.setRelease(longs, at(row, value), moment);
        LONGS.setRelease(longs, at(row, 0), value);
    }

    /** The newest value whose commit has returned; zero at first. */
    long newest(int row) {
        return (long) LONGS.getAcquire(longs, at(row, 0));
    }

    /** When the commit of that value had returned. */
    long returnedAt(int row, long value) {
        return (long) LONGS.getAcquire(longs, at(row, value));
    }

    private static int at(int row, long value) {
        if (value >= VALUES) {
            throw new IllegalArgumentException("Too many values");
        }
        return (int) (row * VALUES + value) * Long.BYTES;
    }
}
