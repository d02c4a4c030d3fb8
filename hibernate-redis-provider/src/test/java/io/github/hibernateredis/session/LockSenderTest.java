package io.github.hibernateredis.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.store.StoreKey;
import io.github.hibernateredis.store.TableUpdate;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The first request of a transaction is sent at once, the others before the commit. */
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
    void onlyWhatIsUnconfirmedIsSentAgainWithTheRest() {
        stores.confirming = false;
        ItemLock first = lock("a");
        stores.confirming = true;
        ItemLock second = lock("b");
        sender.confirm(List.of(first, second), null, HOUR, false);
        assertThat(stores.begun).containsExactly("a", "b a");
        assertThat(List.of(first, second)).noneMatch(ItemLock::isMissing);
    }

    @Test
    void whatIsOldIsSentAgainOnce() {
        ItemLock lock = lock("a");
        sender.confirm(List.of(lock), null, -1, false);
        assertThat(stores.begun).containsExactly("a", "a");
    }

    @Test
    void whatMustBeInPlaceIsSentAgainThreeTimesAndAnythingElseOnce() {
        stores.confirming = false;
        ItemLock required = lock("a");
        ItemLock optional = new ItemLock(new StoreKey("region", "b"), "id-b", 0, false);
        sender.add(optional);
        TableUpdate update = new TableUpdate("tables", "id", Set.of("T"));
        sender.add(update);
        sender.confirm(List.of(required, optional), update, HOUR, false);
        assertThat(stores.begun).containsExactly("a", "b a [T]", "a b", "a");
    }

    @Test
    void tablesThatMustBeMarkedAreSentAgainThreeTimes() {
        stores.confirming = false;
        TableUpdate update = new TableUpdate("tables", "id", Set.of("T"));
        sender.add(update);
        sender.confirm(List.of(), update, HOUR, true);
        assertThat(stores.begun).hasSize(4);
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
