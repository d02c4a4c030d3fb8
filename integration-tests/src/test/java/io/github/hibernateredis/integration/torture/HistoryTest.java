package io.github.hibernateredis.integration.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.integration.torture.History.Cut;
import io.github.hibernateredis.integration.torture.History.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The check of the torture suite finds what it must find, and nothing else. */
class HistoryTest {

    private static final int THREADS_PER_NODE = 2;

    private final History history = new History(THREADS_PER_NODE);
    private final List<History.Violation> violations = new ArrayList<>();

    /**
     * A register that is 1 from the start, 2 by a commit from 20 to 30, and 3 by one from 50 to 60, of instances 0, 1
     * and 2.
     */
    @BeforeEach
    void aRegisterOfThreeValues() {
        commit("w0-1", 0, 1);
        commit("w2-1", 20, 30);
        commit("w4-1", 50, 60);
        history.wrote("x", "1", "w0-1");
        history.wrote("x", "2", "w2-1");
        history.wrote("x", "3", "w4-1");
    }

    private void commit(String transaction, long called, long returned) {
        history.committed(transaction, new History.Commit(called, returned));
    }

    private void sees(String value, long from, long until) {
        check("x", value, true, from, until, "w0-7 read");
    }

    private void seesNot(String value, long from, long until) {
        check("x", value, false, from, until, "w0-7 read");
    }

    private void check(String register, String value, boolean seen, long from, long until, String reader) {
        check(new History.Read(register, value, seen, false, from, until, reader));
    }

    private void checkKept(String value, long from, long until, String reader) {
        check(new History.Read("code", value, true, true, from, until, reader));
    }

    private void check(History.Read read) {
        History.Violation violation = history.check(read);
        if (violation != null) {
            violations.add(violation);
        }
    }

    private void assertFound(Kind... kinds) {
        assertThat(violations).extracting(History.Violation::kind).containsExactly(kinds);
    }

    @Test
    void theCurrentValueIsRight() {
        sees("1", 10, 15);
        sees("2", 35, 40);
        sees("3", 70, 80);
        seesNot("2", 70, 80);
        assertFound();
    }

    @Test
    void whileACommitIsUnderWayBothValuesAreRight() {
        sees("1", 25, 26);
        sees("2", 25, 26);
        sees("1", 10, 100);
        sees("2", 10, 100);
        sees("3", 10, 100);
        seesNot("1", 25, 26);
        assertFound();
    }

    @Test
    void aStaleReadIsFound() {
        sees("1", 31, 35);
        assertFound(Kind.STALE);
    }

    @Test
    void aReadFromTheFutureIsFound() {
        sees("3", 31, 49);
        assertFound(Kind.EARLY);
    }

    @Test
    void aDirtyReadIsFound() {
        sees("4", 31, 100);
        assertFound(Kind.DIRTY);
    }

    @Test
    void aValueThatIsOverdueIsFound() {
        seesNot("3", 70, 80);
        assertFound(Kind.STALE);
    }

    @Test
    void anIntermediateValueOfATransactionWasNeverThere() {
        commit("w0-2", 90, 91);
        history.wrote("x", "4", "w0-2");
        history.wrote("x", "5", "w0-2");
        sees("4", 80, 100);
        sees("5", 80, 100);
        assertFound(Kind.DIRTY);
        assertThat(violations.get(0).read().value()).isEqualTo("4");
    }

    @Test
    void anUnreportedCommitMayHaveHappenedAtAnyTime() {
        history.wrote("x", "4", "w0-2");
        sees("3", 70, 80);
        sees("4", 70, 80);
        sees("2", 70, 80);
        assertFound(Kind.STALE);
        assertThat(violations.get(0).read().value()).isEqualTo("2");
    }

    @Test
    void aRegisterThatWasNeverWrittenHoldsNothing() {
        check("y", History.NONE, true, 0, 1, "w0-7 read");
        check("y", "1", true, 0, 1, "w0-7 read");
        assertFound(Kind.DIRTY);
    }

    @Test
    void aNewRowIsNotThereBeforeItsCommit() {
        commit("w0-2", 90, 91);
        history.wrote("z", "1", "w0-2");
        check("z", History.NONE, true, 80, 85, "w0-7 read");
        check("z", "1", true, 80, 85, "w0-7 read");
        check("z", History.NONE, true, 92, 95, "w0-7 read");
        assertFound(Kind.EARLY, Kind.STALE);
    }

    @Test
    void whatANodeCommitsThatIsCutOffOthersMayMissUntilTheCutIsOver() {
        history.tolerate(new Cut(2, 45, 90));
        sees("2", 70, 80);
        seesNot("3", 70, 80);
        assertFound();
        assertThat(history.tolerated()).isEqualTo(2);
        assertThat(history.longestToleratedNanos()).isEqualTo(10);
        sees("2", 90, 95);
        assertFound(Kind.STALE);
    }

    @Test
    void soTheyMayIfAllAreCutOff() {
        history.tolerate(new Cut(Cut.ALL, 45, 90));
        sees("2", 70, 80);
        assertFound();
    }

    /** Its commit, which every instance learns of, drops the older value. */
    @Test
    void nobodyMissesWhatAnotherNodeHasCommittedMeanwhile() {
        history.tolerate(new Cut(1, 45, 90));
        sees("2", 70, 80);
        assertFound(Kind.STALE);
    }

    @Test
    void norWhatCameBeforeIt() {
        history.tolerate(new Cut(2, 45, 90));
        sees("1", 70, 80);
        assertFound(Kind.STALE);
    }

    @Test
    void norWhatWasCommittedBeforeTheCutOrAfterIt() {
        history.tolerate(new Cut(2, 61, 90));
        history.tolerate(new Cut(2, 40, 49));
        sees("2", 70, 80);
        assertFound(Kind.STALE);
    }

    @Test
    void aNodeDoesNotMissItsOwnCommits() {
        history.tolerate(new Cut(2, 45, 90));
        check("x", "2", true, 70, 80, "w5-1 read");
        assertFound(Kind.STALE);
    }

    /** The transaction that removes the next value does not know of this one. */
    @Test
    void aFallbackEntryMayStayAfterItsValueHasExpired() {
        history.tolerate(new Cut(2, 45, 90));
        codes();
        checkKept("a", 85, 86, "w0-1 read");
        assertFound();
        checkKept("a", 95, 96, "w0-1 read");
        assertFound(Kind.STALE);
    }

    @Test
    void theNodeThatTookTheValueAwayDoesNotMissThat() {
        history.tolerate(new Cut(2, 45, 90));
        codes();
        checkKept("a", 85, 86, "w5-1 read");
        assertFound(Kind.STALE);
    }

    @Test
    void norDoesAnybodyIfThatNodeIsHeard() {
        history.tolerate(new Cut(1, 45, 90));
        codes();
        checkKept("a", 85, 86, "w0-1 read");
        assertFound(Kind.STALE);
    }

    /** "a" is removed on instance 2, the following value on instance 1. */
    private void codes() {
        commit("w0-10", 10, 11);
        history.wrote("code", "a", "w0-10");
        commit("w5-11", 50, 51);
        history.wrote("code", "b", "w5-11");
        commit("w3-12", 60, 61);
        history.wrote("code", "c", "w3-12");
    }

    @Test
    void whatATransactionOverwritesWithoutMeaningToIsFound() {
        items();
        violations.addAll(history.overwritten("item:"));
        assertFound(Kind.OVERWRITTEN);
        assertThat(violations.get(0).read().register()).isEqualTo("item:1");
    }

    @Test
    void soMayANodeThatCouldNotHearOfIt() {
        history.tolerate(new Cut(2, 45, 90));
        items();
        assertThat(history.overwritten("item:")).isEmpty();
    }

    @Test
    void butNotOneThatCouldHaveHeardOfIt() {
        history.tolerate(new Cut(1, 45, 90));
        history.tolerate(new Cut(2, 45, 58));
        items();
        violations.addAll(history.overwritten("item:"));
        assertFound(Kind.OVERWRITTEN);
    }

    /**
     * Instance 2 adds an item. Instance 1 adds another one, and writes back that the first one does not exist; then the
     * first one again.
     */
    private void items() {
        commit("w5-11", 50, 51);
        history.wrote("item:1", "1", "w5-11");
        history.intended("item:1", "w5-11", 55);
        commit("w3-12", 60, 61);
        history.wrote("item:1", History.NONE, "w3-12");
        history.wrote("item:2", "1", "w3-12");
        history.intended("item:2", "w3-12", 55);
        commit("w3-13", 70, 71);
        history.wrote("item:2", History.NONE, "w3-13");
        history.wrote("item:2", "1", "w3-13");
    }

    @Test
    void whatIsDirtyIsSoInACutAsWell() {
        history.tolerate(new Cut(Cut.ALL, 0, 90));
        sees("4", 70, 80);
        assertFound(Kind.DIRTY);
    }

    @Test
    void aNodeWithNearCachesMayBeALeaseBehindOthers() {
        history.tolerateNear(Duration.ofNanos(10), node -> node == 0);
        sees("2", 70, 80);
        assertFound();
        assertThat(history.outdatedNear()).isEqualTo(1);
        assertThat(history.longestOutdatedNearNanos()).isEqualTo(10);
        sees("2", 71, 80);
        assertFound(Kind.STALE);
    }

    @Test
    void norMayItMissWhatIsOlderThanTheLease() {
        history.tolerateNear(Duration.ofNanos(10), node -> node == 0);
        sees("1", 65, 80);
        assertFound(Kind.STALE);
    }

    @Test
    void aNodeWithoutThemMayNot() {
        history.tolerateNear(Duration.ofNanos(10), node -> node == 0);
        check("x", "2", true, 65, 80, "w3-1 read");
        assertFound(Kind.STALE);
    }

    @Test
    void norMayANodeWithThemMissItsOwnCommits() {
        history.tolerateNear(Duration.ofNanos(10), node -> node == 2);
        check("x", "2", true, 65, 80, "w5-1 read");
        assertFound(Kind.STALE);
    }

    @Test
    void whatANodeWithNearCachesReadsWithinALeaseItMayOverwrite() {
        history.tolerateNear(Duration.ofNanos(10), node -> node == 1);
        items();
        assertThat(history.overwritten("item:")).isEmpty();
    }

    @Test
    void whatItReadsLaterItMayNot() {
        history.tolerateNear(Duration.ofNanos(3), node -> node == 1);
        items();
        violations.addAll(history.overwritten("item:"));
        assertFound(Kind.OVERWRITTEN);
    }
}
