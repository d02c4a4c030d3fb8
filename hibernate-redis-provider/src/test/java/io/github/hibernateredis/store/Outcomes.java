package io.github.hibernateredis.store;

import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.PutOutcome;
import java.util.ArrayList;
import java.util.List;

/** Remembers what became of values. Thread safe. */
public final class Outcomes implements CacheListener {

    private final List<PutOutcome> all = new ArrayList<>();

    @Override
    public synchronized void put(String region, PutOutcome outcome) {
        all.add(outcome);
    }

    /** The newest. */
    public synchronized PutOutcome last() {
        return all.get(all.size() - 1);
    }

    /** All, and forgets them. */
    public synchronized List<PutOutcome> take() {
        List<PutOutcome> taken = List.copyOf(all);
        all.clear();
        return taken;
    }
}
