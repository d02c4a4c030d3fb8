package io.github.hibernateredis.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A put is remembered only until it is answered. */
class UnansweredPutsTest {

    private final UnansweredPuts puts = new UnansweredPuts();
    private final CompletableFuture<Void> first = new CompletableFuture<>();
    private final CompletableFuture<Void> second = new CompletableFuture<>();

    @Test
    void aPutIsForgottenWithItsAnswer() {
        puts.add("1", first);
        assertThat(puts.of(List.of("1", "2"))).hasSize(1);
        first.complete(null);
        assertThat(puts.isEmpty()).isTrue();
        assertThat(puts.of(List.of("1"))).isEmpty();
    }

    /** A remaining put would waste memory, and delay every later read of the region. */
    @Test
    void twoPutsOfAKeyAreForgottenWithTheLastAnswer() {
        puts.add("1", first);
        puts.add("1", second);
        first.complete(null);
        assertThat(puts.of(List.of("1"))).allMatch(put -> !put.isDone());
        second.complete(null);
        assertThat(puts.isEmpty()).isTrue();
    }

    @Test
    void soTheyAreIfTheFirstIsAnsweredLast() {
        puts.add("1", first);
        puts.add("1", second);
        second.complete(null);
        first.complete(null);
        assertThat(puts.isEmpty()).isTrue();
    }

    @Test
    void aFailureIsAnAnswer() {
        puts.add("1", first);
        puts.add("1", second);
        first.completeExceptionally(new IllegalStateException());
        second.complete(null);
        assertThat(puts.isEmpty()).isTrue();
    }

    @Test
    void soIsAnAnswerThatIsThereAlready() {
        puts.add("1", CompletableFuture.completedFuture(null));
        assertThat(puts.isEmpty()).isTrue();
    }
}
