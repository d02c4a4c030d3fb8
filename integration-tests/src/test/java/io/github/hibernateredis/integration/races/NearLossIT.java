package io.github.hibernateredis.integration.races;

/**
 * The same losses where two nodes have near caches and a third one has none: whatever is kept is outdated for a lease
 * at most.
 */
final class NearLossIT extends LossIT {

    @Override
    Library open(String redisUrl) {
        return Library.openNear("near-loss", "hibernate.cache.redis.url", redisUrl);
    }

    /** No test here: it takes its time, and says nothing of what is kept. */
    @Override
    void noLoadFromBeforeIsStored(Loss loss, Step step, Write write) {}
}
