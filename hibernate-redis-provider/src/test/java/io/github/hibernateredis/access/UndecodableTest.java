package io.github.hibernateredis.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class UndecodableTest {

    final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // it runs over
    final List<String> lines = new ArrayList<>();
    final Undecodable undecodable = new Undecodable("com.acme.Order", now::get, lines::add);

    @Test
    void namesTheRegionAndTheKeyAtMostEveryThirtySeconds() {
        undecodable.found("42");
        undecodable.found("43");
        now.addAndGet(TimeUnit.SECONDS.toNanos(30) - 1);
        undecodable.found("44");
        assertThat(lines)
                .containsExactly("Region com.acme.Order: the value of the key 42 cannot be read and counts as a miss:"
                        + " it was stored under another mapping, or is damaged (1 such values so far; told at most every"
                        + " 30 s)");

        now.incrementAndGet();
        undecodable.found("45");
        assertThat(lines).hasSize(2).last().asString().contains("the key 45 ").contains("(4 such values so far");
        assertThat(undecodable.count()).isEqualTo(4);
    }

    @Test
    void cutsLongKeys() {
        undecodable.found("x".repeat(100_000));
        assertThat(lines).singleElement().asString().hasSizeLessThan(500);
    }
}
