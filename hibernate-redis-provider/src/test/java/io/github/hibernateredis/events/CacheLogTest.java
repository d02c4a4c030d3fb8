package io.github.hibernateredis.events;

import static io.github.hibernateredis.events.BreakerState.CLOSED;
import static io.github.hibernateredis.events.BreakerState.HALF_OPEN;
import static io.github.hibernateredis.events.BreakerState.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class CacheLogTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 100); // may overflow
    private final List<String> lines = new ArrayList<>();
    private final CacheLog log =
            new CacheLog((message, values) -> lines.add(message.format(values)), now::get, Throwable::toString);

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private static String texts(List<String> lines) {
        return String.join("\n", lines);
    }

    @Test
    void anOutageHasOneLineWhenItBeginsAndOneWhenItEnds() {
        log.breakerChanged(CLOSED, OPEN, new IllegalStateException("wrapped"));
        for (int i = 0; i < 100; i++) {
            log.breakerChanged(OPEN, HALF_OPEN, null);
            log.breakerChanged(HALF_OPEN, OPEN, new IllegalStateException());
        }
        pass(Duration.ofSeconds(42));
        log.breakerChanged(OPEN, HALF_OPEN, null);
        log.breakerChanged(HALF_OPEN, CLOSED, null);
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("HRP-101: ").contains("wrapped");
        assertThat(lines.get(1)).startsWith("HRP-102: ").contains("42 s");
    }

    @Test
    void reloadsThatFailHaveALineNowAndThen() {
        for (int i = 0; i < 100; i++) {
            log.reloaded("Product", Reload.FAILED, 1, new IllegalStateException("No database"));
            log.reloaded("Product", Reload.DONE, 1, null);
            log.reloaded("Product", Reload.NOT_STORED, 1, null);
        }
        assertThat(lines).hasSize(1);
        assertThat(lines.get(0)).startsWith("HRP-202: Product: 1 ").contains("No database");
        pass(Duration.ofSeconds(30));
        log.reloaded("Product", Reload.FAILED, 1, new IllegalStateException());
        assertThat(lines).hasSize(2);
        assertThat(lines.get(1)).contains("Product: 100 ");
    }

    @Test
    void refusedWritesHaveALineAndTheirEndHasOne() {
        log.writesAccepted();
        log.writesRefused(new IllegalStateException("OOM"));
        log.writesAccepted();
        assertThat(texts(lines)).contains("HRP-103", "OOM", "HRP-104").hasLineCount(2);
    }

    /** As on a server where the data of one region is damaged. */
    @Test
    void refusalsThatComeAndGoDoNotFillTheLog() {
        for (int i = 0; i < 25; i++) {
            log.writesRefused(new IllegalStateException());
            log.writesAccepted();
            pass(Duration.ofSeconds(1));
        }
        assertThat(lines).hasSize(2);
    }

    @Test
    void aPendingInvalidationHasALineAndItsEndHasOne() {
        log.invalidationPending("books", "an eviction", new IllegalStateException("lost"));
        log.invalidationFlushed("books");
        assertThat(texts(lines))
                .contains("HRP-105: books: an eviction", "lost", "HRP-106: books")
                .hasLineCount(2);
    }

    @Test
    void overloadHasALineInThirtySeconds() {
        for (int i = 0; i < 1000; i++) {
            log.request(RequestKind.READ, RequestOutcome.OVERLOADED, 0);
            log.request(RequestKind.PUT, RequestOutcome.OVERLOADED, 0);
            log.request(RequestKind.READ, RequestOutcome.ANSWERED, 0);
        }
        pass(Duration.ofSeconds(30));
        log.request(RequestKind.WRITE, RequestOutcome.OVERLOADED, 0);
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("HRP-108: 1 ");
        assertThat(lines.get(1)).startsWith("HRP-108: 1000 ");
    }

    @Test
    void shedPutsHaveALineInThirtySeconds() {
        for (int i = 0; i < 1000; i++) {
            log.put("books", PutOutcome.SHED);
            log.put("books", PutOutcome.STORED);
        }
        pass(Duration.ofSeconds(30));
        log.put("authors", PutOutcome.SHED);
        assertThat(texts(lines))
                .contains("HRP-109: 1 ", "HRP-109: 1000 ", "in authors")
                .hasLineCount(2);
    }

    @Test
    void entriesThatCannotBeReadHaveALineInThirtySecondsForEachRegion() {
        for (int i = 0; i < 1000; i++) {
            log.decodeFailed("books", "1");
            log.decodeFailed("authors", "2");
        }
        pass(Duration.ofSeconds(30));
        log.decodeFailed("books", "x".repeat(10_000) + "\nERROR forged");
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).startsWith("HRP-201: books: 1 ");
        assertThat(lines.get(1)).startsWith("HRP-201: authors: 1 ");
        assertThat(lines.get(2)).startsWith("HRP-201: books: 1000 ").hasSizeLessThan(1000);
    }

    @Test
    void aKeyCannotForgeALine() {
        log.decodeFailed("books", "1\nERROR forged");
        assertThat(texts(lines)).hasLineCount(1);
    }

    @Test
    void idsAreUnique() {
        assertThat(Arrays.stream(LogMessage.values()).map(LogMessage::id)).doesNotHaveDuplicates();
        assertThat(LogMessage.values())
                .allSatisfy(message -> assertThat(message.id()).matches("HRP-\\d{3}"));
    }
}
