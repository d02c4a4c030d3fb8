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
 * <p>Remembers the newest {@value #RECENT} stamps exactly and older ones at a grain of {@value #GRAIN_MILLIS} ms: a busy
 * segment neither grows the history without bound nor pushes a transaction of a few seconds out of it. What this node's own
 * writes brought goes before what came with its loads, of which a session may make thousands: so a session that opens right
 * after an invalidation is not taken for one from before it. Thread safe; readers never block.
 */
public final class StampHistory {

    private static final int RECENT = 64;
    private static final int GRAIN_MILLIS = 10;
    private static final long GRAIN = GRAIN_MILLIS * 1_000_000L;
    private static final int LIMIT = 1024;

    private record Arrival(Stamp stamp, long at, boolean byWrite) {}

    /** What is remembered at one moment, each part from old to new; all of {@code older} came before {@code recent}. */
    private record Remembered(Arrival[] older, Arrival[] recent) {

        @Nullable
        Arrival newest() {
            return recent.length == 0 ? null : recent[recent.length - 1];
        }
    }

    private volatile Remembered remembered = new Remembered(new Arrival[0], new Arrival[0]);

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
        return stamp.number() > known.number() || !stamp.epoch().equals(known.epoch());
    }

    private synchronized void append(Stamp stamp, long at, boolean byWrite) {
        Remembered before = remembered;
        Arrival known = before.newest();
        if (known != null && !isNews(stamp, known.stamp)) {
            return;
        }
        Arrival[] older = before.older;
        Arrival[] recent = before.recent;
        int kept = recent.length;
        if (kept == RECENT) {
            kept = RECENT / 2;
            older = thinned(older, recent, RECENT - kept);
        }
        Arrival[] next = new Arrival[kept + 1];
        System.arraycopy(recent, recent.length - kept, next, 0, kept);
        // Arrivals are noted by many threads: an order of their own keeps the history sorted, and later is always safe.
        next[kept] = new Arrival(stamp, known == null || at - known.at > 0 ? at : known.at, byWrite);
        remembered = new Remembered(older, next);
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
        List<Arrival> bounded = all.size() <= LIMIT ? all : all.subList(all.size() - LIMIT * 3 / 4, all.size());
        return bounded.toArray(Arrival[]::new);
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
        return recent == null ? asOf(now.older, moment) : recent;
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
}
