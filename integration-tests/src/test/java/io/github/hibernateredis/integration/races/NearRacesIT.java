package io.github.hibernateredis.integration.races;

/**
 * The same races where two nodes have near caches and a third one has none: whatever is kept is outdated for a lease at
 * most.
 */
final class NearRacesIT extends RacesIT {

    @Override
    Library open() {
        return Library.openNear("near-races");
    }
}
