package io.github.hibernateredis.store.redis;

import static io.github.hibernateredis.store.redis.RedisConnection.bytes;
import static io.github.hibernateredis.store.redis.RedisConnection.text;

import io.github.hibernateredis.events.MissReason;
import io.github.hibernateredis.store.InvalidationListener;
import io.github.hibernateredis.store.Invalidations;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.Snapshot;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.StampHistory;
import io.github.hibernateredis.store.StoredValue;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The state of one segment of a region on this instance, and the parser of its replies. Thread safe. */
final class Segment {

    /** How much longer the data hash lives than its youngest entry. */
    private static final long DATA_MARGIN_MILLIS = 60_000;

    private static final byte[] YES = bytes(1);
    private static final byte[] NO = bytes(0);
    private static final byte[] NONE = bytes("");
    private static final Lookup EXPIRED = new Lookup.Miss(MissReason.EXPIRED);
    private static final Lookup UNREADABLE = new Lookup.Miss(MissReason.UNREADABLE);
    private static final Lookup LOADING = new Lookup.Miss(MissReason.LOADING);
    private static final Lookup NEWER = new Lookup.Miss(MissReason.NEWER_THAN_SNAPSHOT);
    private static final Lookup NO_EPOCH = new Lookup.Miss(MissReason.NO_EPOCH);

    private final RegionSpec region;
    private final KeyLayout.Place place;
    private final String epochPrefix;
    private final byte[] dataTtl;
    private final LongSupplier nanoTime;
    private final StampHistory history = new StampHistory();
    private final ServerClock clock;
    private final @Nullable AccessReports reports;

    /**
     * Whether the server expires hash fields, as of the last heartbeat: another server may have replaced the first one.
     */
    private volatile boolean fieldExpiry;

    private volatile @Nullable Read lastRead;
    private volatile @Nullable InvalidationListener follower;

    /**
     * The run id of the server that answered the last heartbeat; empty before the first one, and if it may not be read.
     */
    private volatile String serverRun = "";

    /**
     * @param redis the connection for reports of reads
     * @param nanoTime the clock of the moments that callers pass: {@link System#nanoTime()}
     */
    Segment(RegionSpec region, KeyLayout.Place place, long ttlMillis, RedisConnection redis, LongSupplier nanoTime) {
        this.region = region;
        this.place = place;
        this.epochPrefix = place.segments() + "-";
        this.dataTtl = dataTtl(ttlMillis + DATA_MARGIN_MILLIS, region.maxEntries(), place.segments());
        this.nanoTime = nanoTime;
        this.clock = new ServerClock(nanoTime);
        this.reports = AccessReports.of(redis, place, this::fieldExpiry, region);
    }

    /** The TTL of the data hash, followed by the segment's share of the maximum number of entries, if there is one. */
    private static byte[] dataTtl(long millis, long maxEntries, int segments) {
        return maxEntries == 0 ? bytes(millis) : bytes(millis + ":" + Math.max(1, maxEntries / segments));
    }

    RegionSpec region() {
        return region;
    }

    String guards() {
        return place.guards();
    }

    String data() {
        return place.data();
    }

    String reloads() {
        return place.reloads();
    }

    byte[] bucket(String key) {
        return bytes(KeyLayout.bucket(key, place.buckets()));
    }

    byte[] dataTtl() {
        return dataTtl;
    }

    /**
     * How long the next item lives, in milliseconds, as the scripts take it; with a limit in front where it ends
     * earlier unless it is read.
     *
     * @param mostMillis if that is shorter than what the region says
     */
    byte[] nextLife(long mostMillis) {
        long life = Math.min(region.nextLifeMillis(), mostMillis);
        Duration idle = region.maxIdle();
        return idle == null || idle.toMillis() >= life ? bytes(life) : bytes(idle.toMillis() + ":" + life);
    }

    byte[] fieldExpiry() {
        return fieldExpiry ? YES : NO;
    }

    byte[] serverRun() {
        return bytes(serverRun);
    }

    /**
     * A name for an epoch. It contains the number of segments, so that an instance that uses another number notices.
     */
    byte[] newEpoch() {
        return bytes(epochPrefix + RedisConnection.epoch());
    }

    /** The stamp that had arrived by that moment, in the form that scripts expect; empty if there was none. */
    byte[] opening(long openedAt) {
        Stamp opening = history.asOf(openedAt);
        return opening == null ? NONE : bytes(opening.toString());
    }

    /** The stamp that had arrived by that moment. */
    @Nullable
    Stamp asOf(long moment) {
        return history.asOf(moment);
    }

    boolean hasOpening(long openedAt) {
        return history.asOf(openedAt) != null;
    }

    /**
     * Notes the answer of a script for this segment.
     *
     * @param byWrite whether the script refuses earlier loads
     * @return the words of the answer, of which the first is the newest stamp
     * @throws OtherLayoutException if the segment belongs to another number of segments
     */
    Answer answered(Object reply, boolean byWrite) {
        String answer = text(reply);
        if (answer.startsWith("!")) {
            throw new OtherLayoutException(region.name(), place.segments(), answer.substring(1));
        }
        String[] words = answer.split(" ", -1);
        Line line = Line.parse(words[0]);
        history.arrived(line.stamp(), nanoTime.getAsLong(), byWrite);
        Invalidations now = invalidations(line);
        publish(now);
        return new Answer(line.stamp(), now, words);
    }

    /** Near caches keep one for each value: all those of an epoch share its name. */
    private Invalidations invalidations(Line line) {
        Read known = lastRead;
        String epoch = line.stamp().epoch();
        return new Invalidations(
                place.guards(),
                known != null && known.invalidations.epoch().equals(epoch) ? known.invalidations.epoch() : epoch,
                line.invalidations());
    }

    private void publish(Invalidations now) {
        InvalidationListener listener = follower;
        if (listener != null) {
            listener.counted(region.name(), now);
        }
    }

    /** Sets a listener for the numbers of invalidations in all answers. */
    void follow(InvalidationListener listener) {
        follower = listener;
    }

    /** @param words the first one is the newest stamp */
    record Answer(Stamp newest, Invalidations invalidations, String[] words) {}

    /** Notes the answer to a heartbeat. */
    void heartbeatAnswered(Object reply) {
        String[] words = answered(reply, false).words();
        clock.observed(Long.parseLong(words[1]));
        fieldExpiry = words[2].equals("1");
        serverRun = words[3];
    }

    /**
     * The result of a read.
     *
     * @param line the content of the stamp's field; without it no entry may be used
     */
    Lookup lookup(String key, byte @Nullable [] envelope, byte @Nullable [] line, Snapshot asOf) {
        Read read = line == null ? null : read(line);
        if (read == null) {
            return NO_EPOCH;
        }
        if (envelope == null) {
            return Lookup.Miss.ABSENT;
        }
        StoredValue item = StoredValue.read(envelope);
        if (item == null) {
            return notAnItem(StoredValue.loadingUntil(envelope));
        }
        long remaining = clock.remainingMillis(item.expiry());
        if (remaining <= 0) {
            return EXPIRED;
        }
        Stamp stamp = new Stamp(item.stamp(), read.invalidations.epoch());
        if (!asOf.isLatest()) {
            Stamp opening = history.asOf(asOf.openedAt());
            if (opening == null || !opening.isAtLeast(stamp)) {
                return NEWER;
            }
        }
        AccessReports reporting = reports;
        if (reporting != null && item.expiry() < item.latestExpiry()) {
            reporting.read(key, remaining, envelope.length);
        }
        long latest = clock.remainingMillis(item.latestExpiry());
        return new Lookup.Hit(item.value(), stamp, remaining, latest, read.invalidations, false);
    }

    private Lookup notAnItem(long loadingUntil) {
        if (loadingUntil == 0) {
            return UNREADABLE;
        }
        return clock.remainingMillis(loadingUntil) > 0 ? LOADING : Lookup.Miss.ABSENT;
    }

    /** The stamp field of the last read: usually the next read returns the same bytes. */
    private record Read(byte[] bytes, Invalidations invalidations) {}

    private @Nullable Read read(byte[] bytes) {
        Read known = lastRead;
        if (known != null && Arrays.equals(known.bytes, bytes)) {
            return known;
        }
        Line line;
        try {
            line = Line.parse(text(bytes));
        } catch (RuntimeException e) {
            return null; // damaged; the next script rewrites it
        }
        if (!line.stamp().epoch().startsWith(epochPrefix)) {
            return null;
        }
        history.arrived(line.stamp(), nanoTime.getAsLong(), false);
        Read read = new Read(bytes, invalidations(line));
        lastRead = read;
        publish(read.invalidations);
        return read;
    }

    @Override
    public String toString() {
        return place.guards();
    }

    /** The segments of a region with an agreed number of segments. */
    record All(List<Segment> segments) {

        int count() {
            return segments.size();
        }

        Segment of(String key) {
            return segments.get(KeyLayout.segmentOf(key, segments.size()));
        }
    }

    /**
     * The server's time as known here: the time in its last reply plus the time since then by the local monotonic
     * clock. It is late by the duration of the reply, and early only by the drift of the two clocks between heartbeats.
     * The wall clock of this machine is not used. While the time is unknown, everything counts as expired.
     */
    private static final class ServerClock {

        private record Reading(long serverMicros, long at) {}

        private final LongSupplier nanoTime;
        private volatile @Nullable Reading last;

        ServerClock(LongSupplier nanoTime) {
            this.nanoTime = nanoTime;
        }

        void observed(long serverMicros) {
            last = new Reading(serverMicros, nanoTime.getAsLong());
        }

        long remainingMillis(long expiryMillis) {
            Reading reading = last;
            if (reading == null) {
                return 0;
            }
            long now = reading.serverMicros + (nanoTime.getAsLong() - reading.at) / 1000;
            return expiryMillis - now / 1000;
        }
    }
}
