package io.github.hibernateredis.readahead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.codec.NamedKeys;
import io.github.hibernateredis.store.Invalidations;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.StoreKey;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Answers are used while they are as good as fresh ones, and need as few requests as possible. */
final class ReadAheadTest {

    private static final Invalidations NOW = new Invalidations("segment", "epoch", 0);

    private final Set<String> missing = new HashSet<>();
    private final List<Integer> requests = new ArrayList<>();
    private final ReadAhead ahead = new ReadAhead(() -> {});
    private String version = "1";
    private int evictions;
    private int writes;
    private final List<WeakReference<Object>> decoded = new ArrayList<>();
    private @Nullable Error failure;

    private final ReadAheadSource source = new ReadAheadSource() {
        @Override
        public StoreKey item(EntryKey key) {
            return new StoreKey("region", key.name());
        }

        @Override
        public boolean isReadable(EntryKey key) {
            return true;
        }

        @Override
        public CompletableFuture<Map<String, Lookup>> readAll(Collection<String> keys) {
            requests.add(keys.size());
            Map<String, Lookup> found = new HashMap<>();
            for (String key : keys) {
                found.put(
                        key,
                        missing.contains(key)
                                ? Lookup.Miss.ABSENT
                                : new Lookup.Hit(bytes(version), new Stamp(1, "epoch"), 1000, NOW, false));
            }
            return CompletableFuture.completedFuture(found);
        }

        @Override
        public @Nullable Object decode(EntryKey key, byte[] bytes) {
            if (failure != null) {
                throw failure;
            }
            String value = new String(bytes, StandardCharsets.UTF_8);
            decoded.add(new WeakReference<>(value));
            return value;
        }

        @Override
        public void found(List<ReadAheadSource.Found> found, long askedAt) {}

        @Override
        public int evictions() {
            return evictions;
        }

        @Override
        public int writes() {
            return writes;
        }
    };

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static EntryKey key(int id) {
        return NamedKeys.named(Integer.toString(id));
    }

    private static List<EntryKey> keys(int count) {
        return IntStream.range(0, count).mapToObj(ReadAheadTest::key).toList();
    }

    private @Nullable Object value(int id) {
        ReadAhead.Answer answer = ahead.take(source, key(id));
        return answer == null ? "no answer" : answer.value();
    }

    @Test
    void requestsGrowWithAThousandthOfTheKeys() {
        ahead.send(source, keys(21_000));
        for (int i = 0; i < 21_000; i++) {
            assertThat(value(i)).isEqualTo("1");
        }
        assertThat(requests).hasSize(21).allMatch(size -> size == 1000);
    }

    @Test
    void theNextWindowIsRequestedWhenTheLastOneIsFirstUsed() {
        ahead.send(source, keys(3000));
        assertThat(requests).hasSize(1);
        assertThat(value(0)).isEqualTo("1");
        assertThat(requests).hasSize(2);
        assertThat(value(1)).isEqualTo("1");
        assertThat(requests).hasSize(2);
    }

    @Test
    void aKeyThatIsWantedTwiceIsRequestedOnce() {
        ahead.send(source, List.of(key(1), key(2), key(1)));
        assertThat(requests).containsExactly(2);
        assertThat(value(1)).isEqualTo("1");
        assertThat(value(1)).isEqualTo("no answer");
    }

    @Test
    void aHitIsReadAgainAfterASecond() throws InterruptedException {
        ahead.send(source, keys(1));
        version = "2";
        Thread.sleep(1100);
        assertThat(value(0)).isEqualTo("2");
    }

    @Test
    void eachAnswerIsGivenOnce() {
        ahead.send(source, keys(3));
        assertThat(value(1)).isEqualTo("1");
        assertThat(value(1)).isEqualTo("no answer");
    }

    @Test
    void anAnswerIsNotKeptAfterItWasTaken() {
        ahead.send(source, keys(3));
        assertThat(value(0)).isEqualTo("1");
        ahead.forget(source.item(key(1)));
        for (int i = 0;
                i < 100 && !(decoded.get(0).refersTo(null) && decoded.get(1).refersTo(null));
                i++) {
            System.gc();
        }
        assertThat(decoded.get(0).refersTo(null)).isTrue();
        assertThat(decoded.get(1).refersTo(null)).isTrue();
        assertThat(value(2)).isEqualTo("1");
    }

    @Test
    void afterAFailureNoOutdatedAnswerIsUsed() {
        ahead.send(source, keys(3));
        assertThat(value(0)).isEqualTo("1");
        StatementCounter.count();
        failure = new OutOfMemoryError("of a test");
        assertThatThrownBy(() -> value(1)).isSameAs(failure);
        failure = null;
        assertThat(value(2)).isNull();
    }

    @Test
    void aHitFromBeforeAStatementIsReadAgainWithTheRest() {
        ahead.send(source, keys(10));
        assertThat(value(0)).isEqualTo("1");
        version = "2";
        StatementCounter.count();
        for (int i = 1; i < 10; i++) {
            assertThat(value(i)).isEqualTo("2");
        }
        assertThat(requests).containsExactly(10, 9);
    }

    @Test
    void aMissFromBeforeAStatementIsOneStill() {
        missing.addAll(keys(10).stream().map(EntryKey::name).toList());
        ahead.send(source, keys(10));
        for (int i = 0; i < 10; i++) {
            assertThat(value(i)).isNull();
            StatementCounter.count(); // the load
        }
        assertThat(requests).containsExactly(10);
    }

    @Test
    void anEarlyHitFromBeforeAStatementIsNotUsed() {
        ahead.sendEarly(source, keys(1), 0);
        StatementCounter.count();
        assertThat(value(0)).isEqualTo("no answer");
    }

    @Test
    void anEarlyHitFromBeforeAWriteOfThatKindIsNotUsed() {
        ahead.sendEarly(source, keys(1), 0);
        writes++;
        assertThat(value(0)).isEqualTo("no answer");
    }

    @Test
    void aHitFromBeforeAnEvictionIsReadAgain() {
        ahead.send(source, keys(1));
        version = "2";
        evictions++;
        assertThat(value(0)).isEqualTo("2");
    }

    @Test
    void statementsOfOtherThreadsDoNotCount() throws InterruptedException {
        ahead.send(source, keys(1));
        version = "2";
        Thread other = new Thread(StatementCounter::count);
        other.start();
        other.join();
        assertThat(value(0)).isEqualTo("1");
    }

    /** The session continues on that thread after a statement that may have waited for a row lock. */
    @Test
    void whatAnotherThreadHasReadAheadIsReadAgain() throws InterruptedException {
        run(() -> {
            StatementCounter.count();
            ahead.send(source, keys(2));
        });
        version = "2";
        List<Object> values = new ArrayList<>();
        run(() -> {
            StatementCounter.count();
            values.add(value(1));
        });
        assertThat(values).containsExactly("2");
    }

    private static void run(Runnable action) throws InterruptedException {
        Thread thread = new Thread(action);
        thread.start();
        thread.join();
    }

    @Test
    void whatWasClearedIsNotUsed() {
        ahead.send(source, keys(1));
        ahead.clear();
        assertThat(value(0)).isEqualTo("no answer");
    }
}
