package io.github.hibernateredis.store;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A model of {@link StampHistory} without a limit of memory: it keeps every arrival. */
final class ModelHistory {

    private record Arrival(Stamp stamp, long at) {}

    private final LongSupplier nanoTime;
    private final List<Arrival> arrivals = new ArrayList<>();

    ModelHistory(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized void arrived(Stamp stamp) {
        arrivals.add(new Arrival(stamp, nanoTime.getAsLong()));
    }

    synchronized @Nullable Stamp asOf(long moment) {
        Stamp newest = null;
        for (Arrival arrival : arrivals) {
            if (moment - arrival.at >= 0) {
                newest = arrival.stamp;
            }
        }
        return newest;
    }
}
