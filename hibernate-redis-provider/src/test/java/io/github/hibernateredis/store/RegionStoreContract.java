package io.github.hibernateredis.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.events.MissReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of every {@link RegionStore} for single keys, seen from two instances. */
public abstract class RegionStoreContract {

    private static final String KEY = "42";
    private static final String OTHER = "43";
    private static final Duration LEASE = RegionFixture.LEASE;
    private static final Duration ALMOST = LEASE.minusSeconds(1);

    private RegionFixture region;
    private KeyedRegion node;
    private KeyedRegion far;
    private long beforeAll;

    /** A new, unused region. */
    protected abstract RegionFixture newRegion(TestClock clock);

    /** The region of the running test. */
    protected final RegionFixture region() {
        return region;
    }

    @BeforeEach
    final void prime() {
        region = newRegion(new TestClock());
        node = region.node(0);
        far = region.node(1);
        beforeAll = opened();
        heartbeat();
    }

    @AfterEach
    final void close() {
        region.close();
    }

    /** Events after which no earlier read of a key may be stored. */
    enum Write {
        UPDATE(store -> {
            await(store.lock(KEY, "w", 0));
            await(store.unlock(KEY, "w", null));
        }),
        UNLOCK_ALONE(store -> await(store.unlock(KEY, "w", bytes("unread")))),
        INSERT(store -> await(store.insert(KEY, bytes("unread"), 0))),
        EVICT(store -> await(store.evict(KEY))),
        CLEAR(store -> await(store.clear())),
        REGION_LOCK(store -> {
            await(store.lockRegion("w"));
            await(store.unlockRegion("w"));
        }),
        UNLOCK_REGION_ALONE(store -> await(store.unlockRegion("w")));

        private final Consumer<KeyedRegion> action;

        Write(Consumer<KeyedRegion> action) {
            this.action = action;
        }
    }

    /** What may be lost. */
    enum Loss {
        GUARDS(RegionFixture::loseGuards),
        ALL(RegionFixture::loseAll);

        private final Consumer<RegionFixture> action;

        Loss(Consumer<RegionFixture> action) {
            this.action = action;
        }
    }

    // Loads

    @Test
    void theFirstWhoAsksLoads() {
        assertThat(turn(node, "a")).isEqualTo(LoadTurn.MINE);

        assertThat(turn(far, "b")).isEqualTo(LoadTurn.OTHER);
        assertThat(turn(node, "c")).isEqualTo(LoadTurn.OTHER);
        assertThat(lookup(far)).isEqualTo(new Lookup.Miss(MissReason.LOADING));
    }

    @Test
    void nobodyIsToLoadWhatIsThere() {
        put(node, "a", opened());

        assertThat(turn(far, "b")).isEqualTo(LoadTurn.OTHER);
        assertThat(get(far)).isEqualTo("a");
    }

    @Test
    void whatIsLoadedIsStoredAndEndsTheLease() {
        turn(node, "a");

        assertThat(put(node, "value", opened())).isTrue();
        assertThat(get(far)).isEqualTo("value");
    }

    /** A session without the lease may store its value all the same. */
    @Test
    void aLeaseKeepsNoPutOut() {
        turn(node, "a");

        assertThat(put(far, "value", opened())).isTrue();
        await(node.store().endLoad(KEY, "a"));
        assertThat(get(node)).isEqualTo("value");
    }

    @ParameterizedTest
    @EnumSource
    void aWriteEndsTheLease(Write write) {
        turn(node, "a");

        write.action.accept(far);

        assertThat(lookup(node)).isNotEqualTo(new Lookup.Miss(MissReason.LOADING));
        assertThat(turn(far, "b")).isEqualTo(LoadTurn.MINE);
    }

    @Test
    void onlyItsHolderEndsALease() {
        turn(node, "a");

        await(far.store().endLoad(KEY, "b"));
        assertThat(turn(far, "b")).isEqualTo(LoadTurn.OTHER);
        await(node.store().endLoad(KEY, "a"));
        assertThat(turn(far, "b")).isEqualTo(LoadTurn.MINE);
    }

    @Test
    void aLeaseEndsWithItsTime() {
        await(node.store().beginLoad(KEY, "a", Duration.ofMillis(1), null));
        region.ageItems(Duration.ofMillis(1));

        assertThat(turn(far, "b")).isEqualTo(LoadTurn.MINE);
    }

    @Test
    void whileAKeyIsLockedItIsEverybodysTurn() {
        await(node.lock(KEY, "w", opened()));
        assertThat(turn(far, "a")).isEqualTo(LoadTurn.ANYONE);
        await(node.unlock(KEY, "w", null));
        assertThat(turn(far, "a")).isEqualTo(LoadTurn.MINE);
    }

    @Test
    void whileTheRegionIsLockedItIsEverybodysTurn() {
        await(node.lockRegion("w"));
        assertThat(turn(far, "a")).isEqualTo(LoadTurn.ANYONE);
        await(node.unlockRegion("w"));
        assertThat(turn(far, "a")).isEqualTo(LoadTurn.MINE);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsLostEndsTheLease(Loss loss) {
        turn(node, "a");

        loss.action.accept(region);

        assertThat(turn(far, "b")).isEqualTo(LoadTurn.MINE);
    }

    @Test
    void theLeaseTakesThePlaceOfAnOutdatedEntry() {
        put(node, "old", opened());
        Stamp old = ((Lookup.Hit) lookup(node)).stamp();

        assertThat(await(far.store().beginLoad(KEY, "a", LEASE, old))).isEqualTo(LoadTurn.MINE);
        assertThat(lookup(node)).isEqualTo(new Lookup.Miss(MissReason.LOADING));
        assertThat(await(node.store().beginLoad(KEY, "b", LEASE, old))).isEqualTo(LoadTurn.OTHER);
        assertThat(put(far, "new", opened())).isTrue();
        assertThat(await(node.store().beginLoad(KEY, "c", LEASE, old))).isEqualTo(LoadTurn.OTHER);
        assertThat(get(node)).isEqualTo("new");
    }

    @Test
    void oneAtATimeReloadsWhatIsServedMeanwhile() {
        put(node, "a", opened());

        assertThat(reload(node, "x")).isTrue();
        assertThat(reload(far, "y")).isFalse();
        assertThat(get(far)).isEqualTo("a");
        assertThat(await(far.store().beginReload(OTHER, "y", LEASE))).isTrue();
        await(far.store().endReload(KEY, "y"));
        assertThat(reload(far, "y")).isFalse();
        await(node.store().endReload(KEY, "x"));
        assertThat(reload(far, "y")).isTrue();
        assertThat(get(far)).isEqualTo("a");
    }

    private static boolean reload(KeyedRegion store, String id) {
        return await(store.store().beginReload(KEY, id, LEASE));
    }

    private static LoadTurn turn(KeyedRegion store, String id) {
        return await(store.store().beginLoad(KEY, id, LEASE, null));
    }

    private static Lookup lookup(KeyedRegion store) {
        return await(store.store().read(KEY, Snapshot.LATEST));
    }

    // Reads and puts

    @Test
    void anEmptyRegionMisses() {
        assertThat(get(node)).isNull();
        assertThat(await(node.getAsOf(KEY, opened()))).isNull();
    }

    @Test
    void whatOneNodePutsIsAHitOfAll() {
        assertThat(put(node, "a", opened())).isTrue();

        assertThat(get(node)).isEqualTo("a");
        assertThat(get(far)).isEqualTo("a");
        assertThat(await(node.get(OTHER))).isNull();
    }

    @Test
    void aPutDoesNotReplaceALiveItem() {
        put(node, "a", opened());

        assertThat(put(far, "b", opened())).isFalse();
        assertThat(get(far)).isEqualTo("a");
    }

    @Test
    void aReplaceReplacesALiveItem() {
        put(node, "a", opened());

        assertThat(replace(far, "b", opened())).isTrue();
        assertThat(get(node)).isEqualTo("b");
    }

    @Test
    void aReplaceObeysTheRulesOfAPut() {
        long opened = opened();
        await(node.evict(KEY));
        assertThat(replace(node, "a", opened)).isFalse();
        await(node.lock(KEY, "l", opened()));
        assertThat(replace(node, "a", opened())).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aPutOfASessionFromBeforeAWriteIsRefused(Write write) {
        long opened = opened();
        write.action.accept(far);

        assertThat(put(node, "old", opened)).isFalse();
        assertThat(get(node)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void aPutOfASessionThatHadHeardOfTheWriteIsStored(Write write) {
        write.action.accept(far);
        heartbeat();

        assertThat(put(node, "new", opened())).isTrue();
        assertThat(get(far)).isEqualTo("new");
    }

    @ParameterizedTest
    @EnumSource
    void aPutOfASessionWhoseNodeHadNotHeardOfTheWriteIsRefused(Write write) {
        write.action.accept(far);

        assertThat(put(node, "new", opened())).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void everyWriteDropsTheItem(Write write) {
        put(node, "old", opened());
        write.action.accept(far);

        assertThat(get(node)).isNull();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"CLEAR", "REGION_LOCK", "UNLOCK_REGION_ALONE"})
    void aWriteOfOneKeyLeavesAnotherAlone(Write write) {
        put(node, OTHER, "old", opened());
        long opened = opened();
        write.action.accept(far);

        assertThat(await(node.get(OTHER))).isEqualTo(bytes("old"));
        assertThat(put(node, "44", "a", opened)).isTrue();
    }

    @Test
    void aSessionFromBeforeTheFirstStampStoresNothing() {
        assertThat(put(node, "a", beforeAll)).isFalse();
        assertThat(insert(node, "a", beforeAll)).isFalse();
        assertThat(get(node)).isNull();
    }

    @Test
    void anEmptyValueAndAMegabyteOfAnyBytesComeBackAsTheyWere() {
        byte[] large = new byte[1 << 20];
        new Random(7).nextBytes(large);
        for (byte[] value : List.of(new byte[0], new byte[] {0}, new byte[] {0, 10, 13, 0, -1}, large)) {
            String key = "length " + value.length;
            assertThat(await(node.put(key, value, opened()))).isTrue();
            assertThat(await(far.get(key))).isEqualTo(value);

            await(node.lock(key, "l", opened()));
            assertThat(await(node.unlock(key, "l", value))).isTrue();
            assertThat(await(far.get(key))).isEqualTo(value);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {" ", "a b", "a:b|c", "l1:x", "s", "v", "r", "f12", "%d(.*)", "schlüssel", "鍵🔑", "a\nb", "a\0b"})
    void anyKeyCanBeStoredLockedAndWritten(String key) {
        assertThat(put(node, key, "a", opened())).isTrue();
        await(node.lock(key, "l", opened()));
        assertThat(await(node.get(key))).isNull();
        assertThat(put(far, key, "old", opened())).isFalse();
        assertThat(await(node.unlock(key, "l", bytes("b")))).isTrue();
        assertThat(await(far.get(key))).isEqualTo(bytes("b"));

        await(node.lock(key, "m", opened()));
        expireLocks();
        heartbeat();
        assertThat(put(node, key, "old", opened())).isFalse();
        assertThat(put(node, key, "c", opened())).isTrue();
    }

    @Test
    void anItemEndsWithItsTimeToLive() {
        long opened = opened();
        put(node, "a", opened);
        region.ageItems(RegionFixture.TTL.minusMinutes(1));
        heartbeat();
        assertThat(get(node)).isEqualTo("a");

        region.ageItems(Duration.ofMinutes(2));
        assertThat(get(node)).isNull();
        assertThat(put(node, "b", opened)).isTrue();
        assertThat(get(node)).isEqualTo("b");
    }

    // Repeatable reads

    @Test
    void aRepeatableReadSeesWhatWasStoredByItsOpening() {
        put(node, "a", opened());

        assertThat(getAsOf(node, opened())).isEqualTo("a");
    }

    @Test
    void aRepeatableReadDoesNotSeeWhatWasLoadedSinceItsOpening() {
        long loading = opened();
        long opened = opened();
        put(node, "inserted meanwhile", loading);

        assertThat(getAsOf(node, opened)).isNull();
        assertThat(getAsOf(node, opened())).isEqualTo("inserted meanwhile");
    }

    @Test
    void aRepeatableReadDoesNotSeeWhatWasWrittenAfterItsOpening() {
        long opened = opened();
        write(far, "b");

        assertThat(getAsOf(node, opened)).isNull();
        assertThat(get(node)).isEqualTo("b");
        assertThat(getAsOf(node, opened())).isEqualTo("b");
    }

    @Test
    void aRepeatableReadDoesNotSeeWhatANewerSessionRead() {
        long opened = opened();
        await(node.evict(KEY));
        put(node, "b", opened());

        assertThat(getAsOf(node, opened)).isNull();
    }

    @Test
    void aRepeatableReadDoesNotSeeWhatWasInsertedAfterItsOpening() {
        long opened = opened();
        insert(node, "b", opened());

        assertThat(getAsOf(node, opened)).isNull();
        assertThat(getAsOf(node, opened())).isEqualTo("b");
    }

    @Test
    void aRepeatableReadFromBeforeTheFirstStampMisses() {
        put(node, "a", opened());

        assertThat(getAsOf(node, beforeAll)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void aRepeatableReadFromAnotherEpochMisses(Loss loss) {
        region.letStampsRunAhead();
        heartbeat();
        long opened = opened();
        loss.action.accept(region);
        heartbeat();
        put(node, "b", opened());

        assertThat(getAsOf(node, opened)).isNull();
        assertThat(getAsOf(node, opened())).isEqualTo("b");
    }

    // Soft locks

    @Test
    void aLockDropsTheItemAndKeepsPutsOut() {
        put(node, "a", opened());
        long opened = opened();
        await(node.lock(KEY, "l", opened()));

        assertThat(get(far)).isNull();
        assertThat(put(far, "a", opened)).isFalse();
        heartbeat();
        assertThat(put(far, "a", opened())).isFalse();
        assertThat(put(far, OTHER, "a", opened)).isTrue();
    }

    @Test
    void theCommittedValueIsStoredWhenItsLockEnds() {
        await(node.lock(KEY, "l", opened()));

        assertThat(unlock(node, "l", "b")).isTrue();
        assertThat(get(far)).isEqualTo("b");
        assertThat(put(far, "c", opened())).isFalse();
    }

    @Test
    void anUnlockWithoutAValueLeavesTheKeyEmpty() {
        await(node.lock(KEY, "l", opened()));

        assertThat(unlock(node, "l", null)).isFalse();
        assertThat(get(far)).isNull();
    }

    @Test
    void aLockThatIsSentAgainIsTheSameLock() {
        await(node.lock(KEY, "l", opened()));
        write(far, OTHER, "x");

        await(node.lock(KEY, "l", opened()));
        assertThat(unlock(node, "l", "b")).isTrue();
        assertThat(put(node, "c", opened())).as("the item is live").isFalse();
        assertThat(get(far)).isEqualTo("b");
        long opened = opened();
        assertThat(replace(node, "c", opened)).as("nobody holds the key").isTrue();
    }

    @Test
    void aLockThatIsSentAgainGetsANewLease() {
        await(node.lock(KEY, "l", opened()));
        region.ageLocks(ALMOST, id -> true);
        await(node.lock(KEY, "l", opened()));
        region.ageLocks(ALMOST, id -> true);
        heartbeat();

        assertThat(put(far, "a", opened())).isFalse();
        assertThat(unlock(node, "l", "b")).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aLockOfASessionThatMissedAWriteStoresNothing(Write write) {
        long opened = opened();
        write.action.accept(far);
        heartbeat();
        await(node.lock(KEY, "l", opened));

        assertThat(unlock(node, "l", "b")).isFalse();
        assertThat(get(far)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void aLockOfASessionFromBeforeALossStoresNothing(Loss loss) {
        region.letStampsRunAhead();
        heartbeat();
        long opened = opened();
        loss.action.accept(region);
        await(node.lock(KEY, "l", opened));

        assertThat(unlock(node, "l", "b")).isFalse();
    }

    @Test
    void aLockThatIsSentAgainStaysConflicted() {
        await(node.lock(KEY, "l", opened()));
        await(far.lock(KEY, "m", opened()));
        unlock(far, "m", "c");
        await(node.lock(KEY, "l", opened()));

        assertThat(unlock(node, "l", "b")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void conflictedHoldersStoreNothing(boolean firstEndsFirst) {
        await(node.lock(KEY, "l", opened()));
        await(far.lock(KEY, "m", opened()));
        if (firstEndsFirst) {
            assertThat(unlock(node, "l", "b")).isFalse();
            assertThat(put(node, "old", opened())).isFalse();
            assertThat(unlock(far, "m", "c")).isFalse();
        } else {
            assertThat(unlock(far, "m", "c")).isFalse();
            assertThat(put(node, "old", opened())).isFalse();
            assertThat(unlock(node, "l", "b")).isFalse();
        }
        assertThat(get(node)).isNull();
        heartbeat();
        assertThat(put(far, "d", opened())).isTrue();
    }

    @Test
    void aHolderStaysConflictedWhenTheOtherHasRolledBack() {
        await(node.lock(KEY, "l", opened()));
        await(far.lock(KEY, "m", opened()));
        unlock(far, "m", null);

        assertThat(unlock(node, "l", "b")).isFalse();
    }

    @Test
    void threeHoldersStoreNothing() {
        await(node.lock(KEY, "l", opened()));
        await(far.lock(KEY, "m", opened()));
        unlock(node, "l", "b");
        await(node.lock(KEY, "n", opened()));

        assertThat(unlock(node, "n", "d")).isFalse();
        assertThat(unlock(far, "m", "c")).isFalse();
        assertThat(get(node)).isNull();
    }

    /** The ids of some are a part of those of others. */
    @Test
    void manyHoldersEndInAnyOrder() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 130; i++) {
            ids.add(String.valueOf(i));
            await((i % 2 == 0 ? node : far).lock(KEY, String.valueOf(i), opened()));
        }
        Collections.shuffle(ids, new Random(7));
        for (String id : ids) {
            assertThat(put(node, "old", opened())).as("before %s ends", id).isFalse();
            assertThat(unlock(Integer.parseInt(id) % 2 == 0 ? node : far, id, "b"))
                    .isFalse();
        }
        heartbeat();
        assertThat(put(far, "d", opened())).isTrue();
    }

    /** It may count as live for as long as an older one is live. */
    @Test
    void anExpiredHolderAmongOthersEndsWithThem() {
        await(node.lock(KEY, "l", opened()));
        await(node.lock(KEY, "crashed", opened()));
        region.ageLocks(LEASE, "crashed"::equals);
        await(node.lock(KEY, "m", opened()));
        unlock(node, "l", null);
        long opened = opened();
        unlock(node, "m", null);
        assertThat(put(node, "old", opened)).isFalse();

        heartbeat();
        assertThat(put(node, "b", opened())).isTrue();
    }

    @Test
    void holdersOneAfterTheOtherAreNotConflicted() {
        assertThat(write(node, "b")).isTrue();
        heartbeat();
        assertThat(write(far, "c")).isTrue();
        assertThat(get(node)).isEqualTo("c");
    }

    @Test
    void anUnlockOfAnotherSessionConflictsWithTheHolder() {
        await(node.lock(KEY, "l", opened()));
        unlock(far, "lost", "c");

        assertThat(unlock(node, "l", "b")).isFalse();
    }

    @Test
    void theGoingOfAnExpiredLockCountsAsAWrite() {
        long opened = opened();
        await(node.lock(KEY, "l", opened()));
        expireLocks();
        heartbeat();

        assertThat(put(far, "a", opened)).isFalse();
        assertThat(put(far, "b", opened())).isTrue();
    }

    @Test
    void anExpiredLockConflictsWithTheOthers() {
        await(node.lock(KEY, "l", opened()));
        region.ageLocks(LEASE, id -> true);
        assertThat(put(node, "old", opened())).isFalse();
        await(node.lock(KEY, "m", opened()));
        assertThat(unlock(node, "m", "b")).as("came when the other was gone").isTrue();

        await(node.lock(KEY, "n", opened()));
        await(node.lock(KEY, "o", opened()));
        region.ageLocks(LEASE, "n"::equals);
        assertThat(unlock(node, "o", "c")).isFalse();
    }

    @Test
    void theUnlockOfAnExpiredLockDropsWhatIsThere() {
        await(node.lock(KEY, "l", opened()));
        expireLocks();
        put(far, "old", opened());
        assertThat(put(far, "old", opened())).isTrue();
        long opened = opened();

        assertThat(unlock(node, "l", "b")).isFalse();
        assertThat(get(far)).isNull();
        assertThat(put(far, "old", opened)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void theUnlockOfALostLockDropsWhatIsThere(Loss loss) {
        await(node.lock(KEY, "l", opened()));
        loss.action.accept(region);
        heartbeat();
        assertThat(put(far, "old", opened())).isTrue();
        long opened = opened();

        assertThat(unlock(node, "l", "b")).isFalse();
        assertThat(get(far)).isNull();
        assertThat(put(far, "old", opened)).isFalse();
    }

    @Test
    void aLateCopyOfALockCostsHitsButNoTruth() {
        await(node.lock(KEY, "l", opened()));
        unlock(node, "l", "b");
        await(node.lock(KEY, "l", opened()));
        assertThat(get(far)).isNull();
        assertThat(put(far, "b", opened())).isFalse();

        await(far.lock(KEY, "m", opened()));
        assertThat(unlock(far, "m", "c")).as("conflicted by the late copy").isFalse();
        expireLocks();
        heartbeat();
        assertThat(put(far, "c", opened())).as("going counts as a write").isFalse();
        assertThat(put(far, "c", opened())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLateCopyOfAnExpiredLockStoresNothing(boolean othersWrote) {
        long opened = opened();
        await(node.lock(KEY, "l", opened));
        expireLocks();
        if (othersWrote) {
            write(far, "c");
        }
        await(node.lock(KEY, "l", opened));

        assertThat(unlock(node, "l", "b")).isFalse();
    }

    @Test
    void anUnlockOfALockThatNeverArrivedStoresNothing() {
        assertThat(unlock(node, "l", "b")).isFalse();
        assertThat(get(node)).isNull();
    }

    @ParameterizedTest
    @EnumSource(names = {"CLEAR", "REGION_LOCK", "UNLOCK_REGION_ALONE", "EVICT"})
    void anUnlockStoresNothingIfTheKeyWasInvalidatedInBetween(Write write) {
        await(node.lock(KEY, "l", opened()));
        write.action.accept(far);
        heartbeat();
        assertThat(put(far, "old", opened())).as("the lock is still there").isFalse();

        assertThat(unlock(node, "l", "b")).isFalse();
        assertThat(get(far)).isNull();
    }

    @ParameterizedTest
    @EnumSource(names = {"CLEAR", "REGION_LOCK", "UNLOCK_REGION_ALONE", "EVICT"})
    void aLockTakenAfterAnInvalidationStoresItsValue(Write write) {
        write.action.accept(far);
        heartbeat();

        assertThat(write(node, "b")).isTrue();
    }

    // Inserts

    @Test
    void anInsertIsStored() {
        assertThat(insert(node, "a", opened())).isTrue();
        assertThat(get(far)).isEqualTo("a");
    }

    @Test
    void anInsertReplacesALiveItem() {
        put(node, "old", opened());

        assertThat(insert(node, "a", opened())).isTrue();
        assertThat(get(far)).isEqualTo("a");
    }

    @ParameterizedTest
    @EnumSource
    void anInsertIsRefusedIfAWriteCameSinceItsSessionOpened(Write write) {
        long opened = opened();
        write.action.accept(far);
        heartbeat();
        put(far, "newer", opened());

        assertThat(insert(node, "a", opened)).isFalse();
        assertThat(get(node)).as("dropped, for the insert counts as a write").isNull();
    }

    @Test
    void anInsertIsRefusedWhileTheKeyIsLockedAndConflictsWithTheHolder() {
        await(far.lock(KEY, "l", opened()));

        assertThat(insert(node, "a", opened())).isFalse();
        assertThat(unlock(far, "l", "b")).isFalse();
    }

    @Test
    void anInsertIsRefusedWhileTheRegionIsLocked() {
        await(far.lockRegion("l"));
        heartbeat();

        assertThat(insert(node, "a", opened())).isFalse();
    }

    @Test
    void anInsertOfAnotherEpochIsRefused() {
        region.letStampsRunAhead();
        heartbeat();
        long opened = opened();
        region.loseAll();

        assertThat(insert(node, "a", opened)).isFalse();
    }

    // Evictions

    @Test
    void anEvictionNeverRemovesALock() {
        await(node.lock(KEY, "l", opened()));
        await(far.evict(KEY));
        heartbeat();

        assertThat(put(far, "a", opened())).isFalse();
    }

    @Test
    void aDiscardedItemIsGoneAndCountsAsNothing() {
        long opened = opened();
        put(node, "a", opened());
        await(far.discard(KEY));

        assertThat(get(node)).isNull();
        assertThat(put(node, "b", opened)).isTrue();
    }

    @Test
    void aDiscardOfWhatIsNotThereDoesNothing() {
        await(node.discard(KEY));
        region.loseAll();
        await(node.discard(KEY));

        assertThat(get(node)).isNull();
    }

    @Test
    void aClearDropsAllItems() {
        put(node, "a", opened());
        put(node, OTHER, "a", opened());
        await(far.clear());

        assertThat(get(node)).isNull();
        assertThat(await(node.get(OTHER))).isNull();
        assertThat(await(node.size()).items()).isZero();
    }

    // Region locks

    @Test
    void aRegionLockDropsAllAndKeepsPutsOutUntilItEnds() {
        put(node, "a", opened());
        await(far.lockRegion("l"));
        heartbeat();
        assertThat(get(node)).isNull();
        assertThat(put(node, "a", opened())).isFalse();
        long opened = opened();

        await(far.unlockRegion("l"));
        assertThat(put(node, "a", opened)).isFalse();
        heartbeat();
        assertThat(put(node, "b", opened())).isTrue();
    }

    @Test
    void aRegionIsLockedUntilItsLastLockEnds() {
        await(node.lockRegion("l"));
        await(far.lockRegion("m"));
        await(far.unlockRegion("m"));
        heartbeat();
        assertThat(put(node, "a", opened())).isFalse();

        await(node.unlockRegion("l"));
        assertThat(put(node, "a", opened())).isTrue();
    }

    @Test
    void aRegionLockThatIsSentAgainIsOneLock() {
        await(node.lockRegion("l"));
        await(node.lockRegion("l"));
        await(node.unlockRegion("l"));

        assertThat(put(node, "a", opened())).isTrue();
    }

    @Test
    void aRegionLockThatIsSentAgainGetsANewLease() {
        await(node.lockRegion("l"));
        region.ageLocks(ALMOST, id -> true);
        await(node.lockRegion("l"));
        region.ageLocks(ALMOST, id -> true);

        assertThat(put(node, "a", opened())).isFalse();
    }

    @Test
    void noUnlockStoresWhileTheRegionIsLocked() {
        await(far.lockRegion("r"));
        await(node.lock(KEY, "l", opened()));

        assertThat(unlock(node, "l", "b")).isFalse();
        assertThat(get(node)).isNull();
    }

    @Test
    void theGoingOfAnExpiredRegionLockCountsAsAWriteOfAllKeys() {
        await(far.lockRegion("r"));
        heartbeat();
        long opened = opened();
        await(node.lock(OTHER, "l", opened()));
        region.ageLocks(LEASE, "r"::equals);

        assertThat(put(node, "a", opened)).isFalse();
        assertThat(await(node.unlock(OTHER, "l", bytes("b")))).isFalse();
        assertThat(put(node, "a", opened())).isTrue();
    }

    @Test
    void theGoingOfAnExpiredRegionLockIsNoticedByEveryWayToStore() {
        await(far.lockRegion("r"));
        await(node.lock(KEY, "l", opened()));
        expireLocks();
        assertThat(unlock(node, "l", "b")).isFalse();

        await(far.lockRegion("r"));
        heartbeat();
        long opened = opened();
        expireLocks();
        assertThat(insert(node, "b", opened)).isFalse();
    }

    // The heartbeat

    @Test
    void aHeartbeatBringsTheNewestStamp() {
        await(far.evict(KEY));
        await(node.heartbeat(List.of()));

        assertThat(put(node, "a", opened())).isTrue();
    }

    @Test
    void aReadBringsTheNewestStamp() {
        await(far.evict(KEY));
        await(node.get(KEY));

        assertThat(put(node, "a", opened())).isTrue();
    }

    @Test
    void aHeartbeatRenewsTheRegionLocksThatItNames() {
        await(node.lockRegion("l"));
        await(far.lockRegion("m"));
        region.ageLocks(ALMOST, id -> true);
        await(node.heartbeat(List.of("l")));
        region.ageLocks(ALMOST, id -> true);
        assertThat(put(node, "a", opened())).isFalse();
        heartbeat();
        assertThat(put(node, "a", opened())).isFalse();

        await(node.unlockRegion("l"));
        heartbeat();
        assertThat(put(node, "a", opened())).as("the other one has expired").isTrue();
    }

    @Test
    void aHeartbeatNeverTakesARegionLockAgain() {
        await(node.lockRegion("l"));
        await(node.unlockRegion("l"));
        await(node.heartbeat(List.of("l")));
        assertThat(put(node, "a", opened())).isTrue();

        await(node.lockRegion("l"));
        expireLocks();
        await(node.heartbeat(List.of("l")));
        assertThat(put(node, "a", opened())).isTrue();

        await(node.lockRegion("l"));
        region.loseAll();
        await(node.heartbeat(List.of("l")));
        assertThat(put(node, "a", opened())).isTrue();
    }

    // Losses

    @Test
    void aLossOfTheDataCostsHitsOnly() {
        put(node, "a", opened());
        await(node.lock(OTHER, "l", opened()));
        long opened = opened();
        region.loseData();

        assertThat(get(node)).isNull();
        assertThat(put(node, "a", opened)).isTrue();
        assertThat(await(node.unlock(OTHER, "l", bytes("b")))).isTrue();
        assertThat(get(far)).isEqualTo("a");
        assertThat(await(far.get(OTHER))).isEqualTo(bytes("b"));
    }

    @Test
    void floorsOutliveALossOfTheData() {
        long opened = opened();
        await(far.evict(KEY));
        region.loseData();

        assertThat(put(node, "a", opened)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aLossOfTheGuardsDropsTheItemsAndRefusesWhatIsFromBefore(Loss loss) {
        put(node, "a", opened());
        await(node.lock(OTHER, "l", opened()));
        long opened = opened();
        loss.action.accept(region);
        heartbeat();

        assertThat(get(node)).isNull();
        assertThat(put(node, "a", opened)).isFalse();
        assertThat(await(node.unlock(OTHER, "l", bytes("b")))).isFalse();
        assertThat(put(node, "b", opened())).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void noStampOfAnEarlierLifeCountsThoughTheClockIsBehind(Loss loss) {
        region.letStampsRunAhead();
        heartbeat();
        await(node.lock(OTHER, "l", opened()));
        long opened = opened();
        loss.action.accept(region);
        assertThat(put(node, "a", opened)).isFalse();
        await(node.lock(OTHER, "l", opened));
        assertThat(await(node.unlock(OTHER, "l", bytes("b")))).isFalse();

        heartbeat();
        assertThat(put(node, "b", opened())).isTrue();
        assertThat(put(far, OTHER, "b", opened())).isTrue();
    }

    @Test
    void stampsGoOnIncreasingThoughTheClockIsBehind() {
        region.letStampsRunAhead();
        heartbeat();
        long opened = opened();
        await(far.evict(KEY));
        assertThat(put(node, "old", opened)).isFalse();
        assertThat(put(node, "new", opened())).isTrue();
        assertThat(write(node, "b")).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void everyOperationBearsALoss(Loss loss) {
        List<Runnable> operations = List.of(
                () -> get(node),
                () -> await(node.getAsOf(KEY, opened())),
                () -> put(node, "a", opened()),
                () -> replace(node, "a", opened()),
                () -> await(node.lock(KEY, "l", opened())),
                () -> unlock(node, "l", "b"),
                () -> insert(node, "c", opened()),
                () -> await(node.evict(KEY)),
                () -> await(node.discard(KEY)),
                () -> await(node.clear()),
                () -> await(node.lockRegion("r")),
                () -> await(node.unlockRegion("r")),
                () -> await(node.heartbeat(List.of("r"))),
                () -> await(node.size()));
        for (Runnable operation : operations) {
            loss.action.accept(region);
            operation.run();
            region.loseData();
            operation.run();
        }
        heartbeat();
        assertThat(put(node, "d", opened())).isTrue();
    }

    @Test
    void theSizeCountsItems() {
        assertThat(await(node.size()).items()).isZero();
        put(node, "a", opened());
        put(node, OTHER, "b", opened());
        assertThat(await(far.size()).items()).isEqualTo(2);
        assertThat(await(far.size()).bytes()).isPositive();

        region.loseAll();
        assertThat(await(far.size())).isEqualTo(new RegionSize(0, 0));
    }

    @Test
    void aRegionHasAName() {
        assertThat(node.name()).isNotEmpty().isEqualTo(far.name());
    }

    // What the tests speak in

    /** Opens a session. */
    protected final long opened() {
        return region.clock().moment();
    }

    /** Both instances receive the stamps of all writes so far. */
    protected final void heartbeat() {
        await(node.heartbeat(List.of()));
        await(far.heartbeat(List.of()));
    }

    private void expireLocks() {
        region.ageLocks(LEASE, id -> true);
    }

    private static boolean write(KeyedRegion store, String value) {
        return write(store, KEY, value);
    }

    private static boolean write(KeyedRegion store, String key, String value) {
        await(store.lock(key, "w", Long.MAX_VALUE));
        return await(store.unlock(key, "w", bytes(value)));
    }

    private static boolean put(KeyedRegion store, String value, long openedAt) {
        return put(store, KEY, value, openedAt);
    }

    private static boolean put(KeyedRegion store, String key, String value, long openedAt) {
        return await(store.put(key, bytes(value), openedAt));
    }

    private static boolean replace(KeyedRegion store, String value, long openedAt) {
        return await(store.replace(KEY, bytes(value), openedAt));
    }

    private static boolean insert(KeyedRegion store, String value, long openedAt) {
        return await(store.insert(KEY, bytes(value), openedAt));
    }

    private static boolean unlock(KeyedRegion store, String id, @Nullable String value) {
        return await(store.unlock(KEY, id, value == null ? null : bytes(value)));
    }

    private static @Nullable String get(KeyedRegion store) {
        return text(await(store.get(KEY)));
    }

    private static @Nullable String getAsOf(KeyedRegion store, long openedAt) {
        return text(await(store.getAsOf(KEY, openedAt)));
    }

    private static @Nullable String text(byte @Nullable [] bytes) {
        return bytes == null ? null : new String(bytes, UTF_8);
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    protected static <T extends @Nullable Object> T await(CompletableFuture<T> future) {
        return future.orTimeout(10, TimeUnit.SECONDS).join();
    }
}
