package io.github.hibernateredis.store;

import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.PutOutcome;
import java.util.ArrayList;
import java.util.List;

/** Records the outcomes of values. Thread safe. */
public final class Outcomes implements CacheListener {

    private final List<PutOutcome> all = new ArrayList<>();

    @Override
    public synchronized void put(String region, PutOutcome outcome) {
        all.add(outcome);
    }

    /** The newest outcome. */
    public synchronized PutOutcome last() {
        return all.get(all.size() - 1);
    }

    /** Returns all outcomes, and removes them. */
    public synchronized List<PutOutcome> take() {
        List<PutOutcome> taken = List.copyOf(all);
        all.clear();
        return taken;
    }
}
