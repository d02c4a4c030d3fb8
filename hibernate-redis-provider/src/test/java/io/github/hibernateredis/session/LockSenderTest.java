package io.github.hibernateredis.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.store.StoreKey;
import io.github.hibernateredis.store.TableUpdate;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The first request of a transaction goes out at once, the rest before the commit. */
final class LockSenderTest {

    private static final long HOUR = 3_600_000_000_000L;

    private final RecordingStores stores = new RecordingStores();
    private final LockSender sender = new LockSender(stores);

    private ItemLock lock(String key) {
        ItemLock lock = new ItemLock(new StoreKey("region", key), "id-" + key, 0, true);
        sender.add(lock);
        sender.sendFirst();
        return lock;
    }

    @Test
    void whatFollowsTheFirstGoesTogether() {
        List<ItemLock> locks = List.of(lock("a"), lock("b"), lock("c"));
        assertThat(stores.begun).containsExactly("a");
        sender.send();
        assertThat(stores.begun).containsExactly("a", "b c");
        assertThat(locks).allMatch(lock -> lock.held() != null);
    }

    @Test
    void theTablesGoWithTheFirstLock() {
        TableUpdate update = new TableUpdate("tables", "id", Set.of("T"));
        sender.add(update);
        assertThat(stores.begun).isEmpty();
        lock("a");
        assertThat(stores.begun).containsExactly("a [T]");
        assertThat(sender.isMarked(update)).isTrue();
        assertThat(sender.isMarked(new TableUpdate("tables", "id", Set.of("T", "U"))))
                .isFalse();
    }

    @Test
    void onlyWhatIsUnconfirmedIsSentAgain() {
        stores.confirming = false;
        ItemLock first = lock("a");
        stores.confirming = true;
        ItemLock second = lock("b");
        sender.send();
        assertThat(first.isMissing()).isTrue();
        assertThat(sender.resend(List.of(first, second), null, HOUR)).isTrue();
        assertThat(stores.begun).containsExactly("a", "b", "a");
        assertThat(first.isMissing()).isFalse();
        assertThat(sender.resend(List.of(first, second), null, HOUR)).isFalse();
    }

    @Test
    void whatIsOldIsSentAgain() {
        ItemLock lock = lock("a");
        assertThat(sender.resend(List.of(lock), null, -1)).isTrue();
    }

    @Test
    void whatWasWithdrawnIsNotSent() {
        lock("a");
        ItemLock second = lock("b");
        sender.withdraw(second);
        sender.send();
        assertThat(stores.begun).containsExactly("a");
        assertThat(second.isSent()).isFalse();
    }
}
