package io.github.hibernateredis.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which stamp was the newest known here at a given moment of the local monotonic clock.
 *
 * <p>Every reply of a segment brings its newest stamp along. A session remembers only the moment it opened; its opening
 * stamp is the newest one that had <em>arrived</em> by then, so everything that was written under that stamp or an older
 * one had been committed before the session opened. Asking for a moment from before the oldest remembered arrival yields
 * nothing, which refuses the session's puts and costs it nothing else.
 *
 * <p>Remembers the newest {@value #RECENT} stamps exactly, older ones at a grain of {@value #GRAIN_MILLIS} ms, those from more than some
 * ten seconds ago at a grain of a second for four hours, and of a minute for a week: a busy
 * segment neither grows the history without bound nor pushes a long transaction out of it. What this node's own
 * writes brought goes before what came with its loads, of which a session may make thousands: so a session that opens right
 * after an invalidation is not taken for one from before it. Thread safe; readers never block.
 */
public final class StampHistory {

    private static final int RECENT = 64;
    private static final int GRAIN_MILLIS = 10;
    private static final long GRAIN = GRAIN_MILLIS * 1_000_000L;
    private static final int LIMIT = 1024;

    private record Arrival(Stamp stamp, long at, boolean byWrite) {}

    /** What is remembered at one moment, each part from old to new; the parts follow each other. */
    private record Remembered(Old old, Arrival[] older, Arrival[] recent) {

        @Nullable
        Arrival newest() {
            return recent.length == 0 ? null : recent[recent.length - 1];
        }
    }

    private volatile Remembered remembered = new Remembered(Old.NONE, new Arrival[0], new Arrival[0]);

    /**
     * Notes that a reply brought a stamp.
     *
     * @param at {@link System#nanoTime()} no earlier than the reply's arrival
     * @param byWrite whether it was the reply to a write, which refuses loads from before it
     */
    public void arrived(Stamp stamp, long at, boolean byWrite) {
        Arrival known = remembered.newest();
        if (known == null || isNews(stamp, known.stamp)) {
            append(stamp, at, byWrite);
        }
    }

    private static boolean isNews(Stamp stamp, Stamp known) {
        return stamp.number() > known.number() || !stamp.incarnation().equals(known.incarnation());
    }

    private synchronized void append(Stamp stamp, long at, boolean byWrite) {
        Remembered before = remembered;
        Arrival known = before.newest();
        if (known != null && !isNews(stamp, known.stamp)) {
            return;
        }
        Old old = before.old;
        Arrival[] older = before.older;
        Arrival[] recent = before.recent;
        int kept = recent.length;
        if (kept == RECENT) {
            kept = RECENT / 2;
            older = thinned(older, recent, RECENT - kept);
            if (older.length > LIMIT) {
                int left = LIMIT * 3 / 4;
                old = old.and(older, older.length - left);
                older = Arrays.copyOfRange(older, older.length - left, older.length);
            }
        }
        Arrival[] next = new Arrival[kept + 1];
        System.arraycopy(recent, recent.length - kept, next, 0, kept);
        // Arrivals are noted by many threads: an order of their own keeps the history sorted, and later is always safe.
        next[kept] = new Arrival(stamp, known == null || at - known.at > 0 ? at : known.at, byWrite);
        remembered = new Remembered(old, older, next);
    }

    /**
     * The older arrivals and the first recent ones, the latter thinned: one is left out if the next one that counts as much,
     * too, came within the grain of the last that was kept. So the last of a burst stays, which is what a session sees that
     * opens after it.
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

    private static @Nullable Arrival replacing(Arrival[] arrivals, int i) {
        for (int j = i + 1; j < arrivals.length; j++) {
            if (arrivals[j].byWrite || !arrivals[i].byWrite) {
                return arrivals[j];
            }
        }
        return null;
    }

    /** The newest stamp that had arrived by that moment, or null if none is remembered. */
    public @Nullable Stamp asOf(long moment) {
        Remembered now = remembered;
        Stamp recent = asOf(now.recent, moment);
        Stamp older = recent == null ? asOf(now.older, moment) : recent;
        return older == null ? now.old.asOf(moment) : older;
    }

    private static @Nullable Stamp asOf(Arrival[] arrivals, long moment) {
        for (int i = arrivals.length - 1; i >= 0; i--) {
            if (moment - arrivals[i].at >= 0) {
                return arrivals[i].stamp;
            }
        }
        return null;
    }

    /** The newest stamp known, or null before the first reply. */
    public @Nullable Stamp newest() {
        Arrival latest = remembered.newest();
        return latest == null ? null : latest.stamp;
    }

    /**
     * What arrived long ago, in arrays of its own, since there may be many thousands: one stamp per second, and beyond some hours
     * one per minute. Immutable.
     */
    private record Old(long[] numbers, long[] moments, String[] incarnations) {

        static final Old NONE = new Old(new long[0], new long[0], new String[0]);

        private static final long SECOND = 1_000_000_000L;
        private static final long SECONDS_UNTIL = 4 * 3600 * SECOND;
        private static final long MINUTES_UNTIL = 7 * 24 * 3600 * SECOND;

        /** With the first of those arrivals. */
        Old and(Arrival[] arrivals, int count) {
            long now = arrivals[count - 1].at;
            int most = numbers.length + count;
            Old all = new Old(new long[most], new long[most], new String[most]);
            int kept = 0;
            for (int i = 0; i < numbers.length; i++) {
                kept = all.keep(kept, now, numbers[i], moments[i], incarnations[i]);
            }
            for (int i = 0; i < count; i++) {
                Stamp stamp = arrivals[i].stamp;
                kept = all.keep(kept, now, stamp.number(), arrivals[i].at, stamp.incarnation());
            }
            return new Old(
                    Arrays.copyOf(all.numbers, kept),
                    Arrays.copyOf(all.moments, kept),
                    Arrays.copyOf(all.incarnations, kept));
        }

        /** Takes the place of the last one if it came within the grain of the one before: so the last of a burst stays. */
        private int keep(int kept, long now, long number, long moment, String incarnation) {
            long age = now - moment;
            if (age > MINUTES_UNTIL) {
                return kept;
            }
            long grain = age > SECONDS_UNTIL ? 60 * SECOND : SECOND;
            int place = kept > 1 && moment - moments[kept - 2] < grain ? kept - 1 : kept;
            numbers[place] = number;
            moments[place] = moment;
            boolean same = place > 0 && incarnation.equals(incarnations[place - 1]);
            incarnations[place] = same ? incarnations[place - 1] : incarnation;
            return place + 1;
        }

        @Nullable
        Stamp asOf(long moment) {
            int low = 0;
            int high = moments.length; // the first that is too new
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (moment - moments[middle] >= 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low == 0 ? null : new Stamp(numbers[low - 1], incarnations[low - 1]);
        }
    }
}
