package io.github.hibernateredis.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which natural ids the ORM must not put, because they are from entries. */
final class NaturalIdLookupsTest {

    private final NaturalIdLookups lookups = new NaturalIdLookups();

    @Test
    void aHitCountsOnce() {
        lookups.entityHit("Book", 1);
        assertThat(lookups.takeHit("Book", 2)).isFalse();
        assertThat(lookups.takeHit("Book", 1)).isTrue();
        assertThat(lookups.takeHit("Book", 1)).isFalse();
    }

    @Test
    void beyondTheBoundEveryEntityCountsAsAHit() {
        for (int id = 0; id < 10_000; id++) {
            lookups.entityHit("Book", id);
        }
        lookups.entityHit("Book", 10_000);
        assertThat(lookups.takeHit("Book", 10_000)).isTrue();
        lookups.clear();
        assertThat(lookups.takeHit("Book", 10_000)).isFalse();
    }
}
