package io.github.hibernateredis.events;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes the log lines of the cache. An outage produces one line at its start and one at its end. An event that can
 * occur a thousand times per second produces at most one line in 30 seconds, with the number of occurrences. Thread
 * safe.
 */
public final class CacheLog implements CacheListener {

    private static final Duration INTERVAL = Duration.ofSeconds(30);

    /** Text from Redis is cut to this length, so that a client with write access cannot flood the log. */
    private static final int SHOWN_LENGTH = 200;

    private static final Pattern CONTROL_CHARACTERS = Pattern.compile("\\p{Cntrl}");

    /** Receives the log lines. */
    interface Lines {

        void log(LogMessage message, @Nullable Object... values);
    }

    private final Lines lines;
    private final Function<Throwable, String> description;
    private final LongSupplier nanoTime;
    private final Pace shed;
    private final Pace overloaded;
    private final Pace refused;
    private final Map<String, Pace> decodeFailures = new ConcurrentHashMap<>();
    private final Map<String, Pace> reloadFailures = new ConcurrentHashMap<>();
    private volatile boolean refusalLogged;
    private volatile long outageBegan;

    /** @param description describes a failure and what to do about it */
    public CacheLog(Function<Throwable, String> description) {
        this(LogMessage::log, System::nanoTime, description);
    }

    CacheLog(Lines lines, LongSupplier nanoTime, Function<Throwable, String> description) {
        this.description = description;
        this.lines = lines;
        this.nanoTime = nanoTime;
        this.shed = pace();
        this.overloaded = pace();
        this.refused = pace();
    }

    private Pace pace() {
        return new Pace(INTERVAL, nanoTime);
    }

    @Override
    public void breakerChanged(BreakerState from, BreakerState to, @Nullable Throwable failure) {
        long now = nanoTime.getAsLong();
        if (from == BreakerState.CLOSED) {
            outageBegan = now;
            lines.log(LogMessage.OUTAGE_BEGAN, failure == null ? "no answer" : description.apply(failure));
        } else if (to == BreakerState.CLOSED) {
            lines.log(LogMessage.OUTAGE_ENDED, TimeUnit.NANOSECONDS.toSeconds(now - outageBegan));
        }
    }

    @Override
    public void writesRefused(Throwable refusal) {
        if (refused.happened() > 0) {
            refusalLogged = true;
            lines.log(LogMessage.WRITES_REFUSED, description.apply(refusal));
        }
    }

    @Override
    public void writesAccepted() {
        if (refusalLogged) {
            refusalLogged = false;
            lines.log(LogMessage.WRITES_ACCEPTED);
        }
    }

    @Override
    public void invalidationPending(String owner, String operation, Throwable failure) {
        lines.log(LogMessage.INVALIDATION_PENDING, owner, operation, description.apply(failure));
    }

    @Override
    public void invalidationFlushed(String owner) {
        lines.log(LogMessage.INVALIDATION_FLUSHED, owner);
    }

    @Override
    public void request(RequestKind kind, RequestOutcome outcome, long nanos) {
        if (outcome == RequestOutcome.OVERLOADED && (kind == RequestKind.READ || kind == RequestKind.WRITE)) {
            long times = overloaded.happened();
            if (times > 0) {
                lines.log(LogMessage.OVERLOADED, times);
            }
        }
    }

    @Override
    public void put(String region, PutOutcome outcome) {
        if (outcome == PutOutcome.SHED) {
            long times = shed.happened();
            if (times > 0) {
                lines.log(LogMessage.PUTS_SHED, times, region);
            }
        }
    }

    @Override
    public void decodeFailed(String region, String key) {
        long times = decodeFailures.computeIfAbsent(region, unknown -> pace()).happened();
        if (times > 0) {
            lines.log(LogMessage.DECODE_FAILED, region, times, shown(key));
        }
    }

    @Override
    public void reloaded(String region, Reload outcome, long nanos, @Nullable Throwable failure) {
        if (outcome == Reload.FAILED) {
            long times =
                    reloadFailures.computeIfAbsent(region, unknown -> pace()).happened();
            if (times > 0) {
                lines.log(LogMessage.RELOAD_FAILED, region, times, shown(String.valueOf(failure)));
            }
        }
    }

    private static String shown(String text) {
        String begin = text.length() > SHOWN_LENGTH ? text.substring(0, SHOWN_LENGTH) + "..." : text;
        return CONTROL_CHARACTERS.matcher(begin).replaceAll("?");
    }
}
