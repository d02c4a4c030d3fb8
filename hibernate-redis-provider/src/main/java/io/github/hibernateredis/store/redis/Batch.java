package io.github.hibernateredis.store.redis;

import static io.github.hibernateredis.store.redis.RedisConnection.bytes;

import io.github.hibernateredis.store.redis.Segment.Answer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One call of a script for entries of several segments. Not thread safe.
 *
 * @param <T> what is kept for an entry until the answer arrives
 */
final class Batch<T> {

    /** Redis does nothing else while a script runs. This many keys, or bytes, take it about a millisecond. */
    static final int MOST_KEYS = 50;

    static final int MOST_BYTES = 256 * 1024;

    /** The entries of one segment. */
    private record Part<T>(List<byte[]> arguments, List<T> entries) {}

    private final Function<Segment, List<byte[]>> header;
    private final Map<Segment, Part<T>> parts = new LinkedHashMap<>();
    private int keys;
    private long bytes;

    /** @param header the first arguments of each segment */
    Batch(Function<Segment, List<byte[]>> header) {
        this.header = header;
    }

    /** Whether there is room for another entry of that many bytes. There always is for the first. */
    boolean hasRoom(long size) {
        return keys == 0 || keys < MOST_KEYS && bytes + size <= MOST_BYTES;
    }

    void add(Segment segment, T entry, long size, List<byte[]> arguments) {
        Part<T> part = parts.computeIfAbsent(
                segment, added -> new Part<>(new ArrayList<>(header.apply(added)), new ArrayList<>()));
        part.arguments.addAll(arguments);
        part.entries.add(entry);
        keys++;
        bytes += size;
    }

    int segments() {
        return parts.size();
    }

    /** The names of the hashes, as the scripts expect them. */
    List<Object> keys() {
        return keys(parts.keySet());
    }

    static List<Object> keys(Iterable<Segment> segments) {
        List<Object> names = new ArrayList<>();
        for (Segment segment : segments) {
            names.add(segment.guards());
            names.add(segment.data());
        }
        return names;
    }

    void addArgumentsTo(List<Object> arguments) {
        parts.forEach((segment, part) -> addTo(arguments, segment, part.arguments));
    }

    /** Adds the arguments of one segment, as the scripts expect them. */
    static void addTo(List<Object> arguments, Segment segment, List<byte[]> own) {
        arguments.add(segment.newEpoch());
        arguments.add(segment.dataTtl());
        arguments.add(bytes(own.size()));
        arguments.addAll(own);
    }

    /** Receives the answer of each segment. */
    interface Reader<T> {

        void answered(Segment segment, List<T> entries, Answer answer);

        void failed(Segment segment, List<T> entries, Throwable failure);
    }

    /** Passes on the answers of all segments. */
    void read(List<Object> replies, boolean byWrite, Reader<T> reader) {
        int next = 0;
        for (Map.Entry<Segment, Part<T>> part : parts.entrySet()) {
            Segment segment = part.getKey();
            try {
                reader.answered(segment, part.getValue().entries, segment.answered(replies.get(next++), byWrite));
            } catch (OtherLayoutException e) {
                reader.failed(segment, part.getValue().entries, e);
            }
        }
    }

    /** Passes the failure on for all segments. */
    void fail(Throwable failure, Reader<T> reader) {
        parts.forEach((segment, part) -> reader.failed(segment, part.entries, failure));
    }
}
