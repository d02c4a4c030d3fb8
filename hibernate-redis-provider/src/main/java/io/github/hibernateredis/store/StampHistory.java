package io.github.hibernateredis.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which stamp was the newest known here at any moment of the local monotonic clock.
 *
 * <p>Every reply of a segment contains its newest stamp. A session only remembers when it opened. Its opening stamp is
 * the newest one that had <em>arrived</em> by then, so every write with that stamp or an older one was committed before
 * the session opened. For a moment before the oldest remembered arrival there is no stamp: the session's puts are then
 * refused, which is the only cost.
 *
 * <p>The newest {@value #RECENT} stamps are remembered exactly. Older ones are kept at intervals of
 * {@value #GRAIN_MILLIS} ms for seconds at least, then one per second for at least four hours, and one per minute for
 * another day. So even a long batch of reads stores its values. Stamps from this instance's writes have precedence over
 * those from its loads, of which a session may make thousands. So a session that opens right after an invalidation
 * never gets a stamp from before it. A segment that is written in every second of a day takes about 400 KB for this, a
 * quiet one almost nothing. Thread safe; readers never block.
 */
public final class StampHistory {

    private static final int RECENT = 64;
    private static final int GRAIN_MILLIS = 10;
    private static final long GRAIN = GRAIN_MILLIS * 1_000_000L;
    private static final int LIMIT = 1024;
    private static final long SECOND = 1_000_000_000L;
    private static final int SECONDS = 4 * 3600 * 4 / 3;
    private static final int MINUTES = 24 * 60 * 4 / 3;

    private record Arrival(Stamp stamp, long at, boolean byWrite) {}

    /** The state at one moment, each part from old to new; each part is older than the next one. */
    private record Remembered(Timeline minutes, Timeline seconds, Arrival[] older, Arrival[] recent) {

        @Nullable
        Arrival newest() {
            return recent.length == 0 ? null : recent[recent.length - 1];
        }
    }

    private volatile Remembered remembered =
            new Remembered(Timeline.EMPTY, Timeline.EMPTY, new Arrival[0], new Arrival[0]);

    /**
     * Notes the stamp of a reply.
     *
     * @param at a {@link System#nanoTime()} not earlier than the reply's arrival
     * @param byWrite whether it was the reply to a write, which refuses earlier loads
     */
    public void arrived(Stamp stamp, long at, boolean byWrite) {
        Arrival known = remembered.newest();
        if (known == null || isNews(stamp, known.stamp)) {
            append(stamp, at, byWrite);
        }
    }

    private static boolean isNews(Stamp stamp, Stamp known) {
        return stamp.number() > known.number() || !stamp.epoch().equals(known.epoch());
    }

    private synchronized void append(Stamp stamp, long at, boolean byWrite) {
        Remembered before = remembered;
        Arrival known = before.newest();
        if (known != null && !isNews(stamp, known.stamp)) {
            return;
        }
        Timeline minutes = before.minutes;
        Timeline seconds = before.seconds;
        Arrival[] older = before.older;
        Arrival[] recent = before.recent;
        int kept = recent.length;
        if (kept == RECENT) {
            kept = RECENT / 2;
            older = thinned(older, recent, RECENT - kept);
            if (older.length > LIMIT) {
                int moved = older.length - LIMIT * 3 / 4;
                for (int i = 0; i < moved; i++) {
                    if (seconds.size == SECONDS) {
                        minutes = minutes.withOldest(seconds, SECONDS / 4, 60 * SECOND, MINUTES);
                        seconds = seconds.newest(SECONDS * 3 / 4);
                    }
                    if (isLastOf(SECOND, older[i].at, older[i + 1].at)) {
                        seconds = seconds.with(older[i].stamp, older[i].at, SECONDS);
                    }
                }
                older = Arrays.copyOfRange(older, moved, older.length);
            }
        }
        Arrival[] next = new Arrival[kept + 1];
        System.arraycopy(recent, recent.length - kept, next, 0, kept);
        // Many threads note arrivals. Their times are made increasing here, and a later time is always safe.
        next[kept] = new Arrival(stamp, known == null || at - known.at > 0 ? at : known.at, byWrite);
        remembered = new Remembered(minutes, seconds, older, next);
    }

    /**
     * Returns the older arrivals and the first recent ones, with the latter thinned out. An arrival is dropped if the
     * next one of at least the same importance came within the grain of the last kept one. So the last arrival of a
     * burst stays, and a session that opens after the burst uses it.
     */
    private static Arrival[] thinned(Arrival[] older, Arrival[] recent, int moved) {
        List<Arrival> all = new ArrayList<>(Arrays.asList(older));
        for (int i = 0; i < moved; i++) {
            Arrival next = replacing(recent, i);
            if (all.isEmpty() || next == null || next.at - all.get(all.size() - 1).at >= GRAIN) {
                all.add(recent[i]);
            }
        }
        return all.toArray(Arrival[]::new);
    }

    /**
     * Whether the next arrival belongs to another interval. The last one of each interval is kept for sessions that
     * open after it.
     */
    private static boolean isLastOf(long interval, long at, long nextAt) {
        return Math.floorDiv(at, interval) != Math.floorDiv(nextAt, interval);
    }

    private static @Nullable Arrival replacing(Arrival[] arrivals, int i) {
        for (int j = i + 1; j < arrivals.length; j++) {
            if (arrivals[j].byWrite || !arrivals[i].byWrite) {
                return arrivals[j];
            }
        }
        return null;
    }

    /** The newest stamp that had arrived by that moment; null if none is remembered. */
    public @Nullable Stamp asOf(long moment) {
        Remembered now = remembered;
        Stamp recent = asOf(now.recent, moment);
        if (recent != null) {
            return recent;
        }
        Stamp older = asOf(now.older, moment);
        if (older != null) {
            return older;
        }
        Stamp atSecond = now.seconds.asOf(moment);
        return atSecond == null ? now.minutes.asOf(moment) : atSecond;
    }

    private static @Nullable Stamp asOf(Arrival[] arrivals, long moment) {
        for (int i = arrivals.length - 1; i >= 0; i--) {
            if (moment - arrivals[i].at >= 0) {
                return arrivals[i].stamp;
            }
        }
        return null;
    }

    /** The newest known stamp; null before the first reply. */
    public @Nullable Stamp newest() {
        Arrival latest = remembered.newest();
        return latest == null ? null : latest.stamp;
    }

    /**
     * The stamps of one epoch at a grain, from old to new. Arrays are only written behind the part that a view shows.
     * Stamps of an earlier epoch are not kept, because they are refused anyway.
     */
    private static final class Timeline {

        static final Timeline EMPTY = new Timeline("", new long[0], new long[0], 0);

        private final String epoch;
        private final long[] numbers;
        private final long[] times;
        private final int size;

        private Timeline(String epoch, long[] numbers, long[] times, int size) {
            this.epoch = epoch;
            this.numbers = numbers;
            this.times = times;
            this.size = size;
        }

        /** Returns a view with that stamp added. Only called on the newest view. */
        Timeline with(Stamp stamp, long at, int limit) {
            if (!stamp.epoch().equals(epoch)) {
                return new Timeline(stamp.epoch(), new long[16], new long[16], 0).with(stamp, at, limit);
            }
            boolean isFull = size == numbers.length;
            int capacity = isFull ? Math.min(2 * size, limit) : numbers.length;
            Timeline next = new Timeline(
                    epoch,
                    isFull ? Arrays.copyOf(numbers, capacity) : numbers,
                    isFull ? Arrays.copyOf(times, capacity) : times,
                    size + 1);
            next.numbers[size] = stamp.number();
            next.times[size] = at;
            return next;
        }

        /** Returns this timeline with the oldest stamps of a finer one added. */
        Timeline withOldest(Timeline finer, int count, long grain, int limit) {
            Timeline all = this;
            for (int i = 0; i < count; i++) {
                if (isLastOf(grain, finer.times[i], finer.times[i + 1])) {
                    Timeline bounded = all.size < limit ? all : all.newest(limit * 3 / 4);
                    all = bounded.with(new Stamp(finer.numbers[i], finer.epoch), finer.times[i], limit);
                }
            }
            return all;
        }

        Timeline newest(int count) {
            return new Timeline(
                    epoch,
                    Arrays.copyOf(Arrays.copyOfRange(numbers, size - count, size), numbers.length),
                    Arrays.copyOf(Arrays.copyOfRange(times, size - count, size), times.length),
                    count);
        }

        @Nullable
        Stamp asOf(long moment) {
            int low = 0;
            int high = size;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (moment - times[middle] >= 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low == 0 ? null : new Stamp(numbers[low - 1], epoch);
        }
    }
}
