package io.github.hibernateredis.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.store.StoreKey;
import io.github.hibernateredis.store.TableUpdate;
import io.github.hibernateredis.store.TransactionEnd;
import io.github.hibernateredis.store.WriteFailures;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AfterCommitQueueTest {

    private static final CompletableFuture<@Nullable Void> ANSWERED = CompletableFuture.completedFuture(null);

    private final RecordingStores stores = new RecordingStores();
    private final AfterCommitQueue queue = new AfterCommitQueue(stores);

    @Test
    void allOfItIsOneRequest() {
        queue.unlock(new ItemLock(new StoreKey("region", "a"), "id", 0, false), new byte[1]);
        queue.insert(new TransactionEnd.Insert(new StoreKey("region", "b"), new byte[1], 0));
        queue.evict(new StoreKey("region", "c"));
        queue.end(new TableUpdate("tables", "id", Set.of("T")));
        queue.send(ANSWERED);
        assertThat(stores.ended).containsExactly("unlock a, insert b, evict c, [T]");
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void nothingOvertakesTheLocks() {
        CompletableFuture<@Nullable Void> locks = new CompletableFuture<>();
        queue.evict(new StoreKey("region", "a"));
        queue.send(locks);
        assertThat(stores.ended).isEmpty();
        locks.complete(null);
        assertThat(stores.ended).containsExactly("evict a");
    }

    /** Otherwise a commit would return before the heartbeat's request for it is confirmed. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void waitsForWhatAnotherThreadHasSent(boolean moreIsSent) throws Exception {
        CompletableFuture<WriteFailures> answer = new CompletableFuture<>();
        stores.endAnswer = answer;
        queue.evict(new StoreKey("region", "a"));
        Thread heartbeat = new Thread(() -> queue.send(ANSWERED));
        heartbeat.start();
        heartbeat.join();
        stores.endAnswer = CompletableFuture.completedFuture(WriteFailures.NONE);
        if (moreIsSent) {
            queue.evict(new StoreKey("region", "b"));
        }
        queue.send(ANSWERED);
        CompletableFuture<Boolean> answeredFirst = new CompletableFuture<>();
        Thread session = new Thread(() -> {
            queue.await();
            answeredFirst.complete(answer.isDone());
        });
        session.start();
        // Long enough for an await that does not wait to return, which the test would then detect.
        session.join(200);
        answer.complete(WriteFailures.NONE);
        assertThat(answeredFirst.get(10, TimeUnit.SECONDS)).isTrue();
    }
}
