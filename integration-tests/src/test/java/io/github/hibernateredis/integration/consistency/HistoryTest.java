package io.github.hibernateredis.integration.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The check of the torture test finds what it has to find, and nothing else. */
class HistoryTest {

    private final History history = new History();

    /** A register that is 1 from the start, 2 by a commit from 20 to 30, and 3 by one from 50 to 60. */
    @BeforeEach
    void aRegisterOfThreeValues() {
        commit("t1", 0, 1);
        commit("t2", 20, 30);
        commit("t3", 50, 60);
        history.wrote("x", "1", "t1");
        history.wrote("x", "2", "t2");
        history.wrote("x", "3", "t3");
    }

    private void commit(String transaction, long called, long returned) {
        history.committed(transaction, new History.Commit(called, returned));
    }

    private void sees(String value, long from, long until) {
        history.read(new History.Read("x", value, true, from, until, "reader"));
    }

    private void seesNot(String value, long from, long until) {
        history.read(new History.Read("x", value, false, from, until, "reader"));
    }

    @Test
    void theCurrentValueIsRight() {
        sees("1", 10, 15);
        sees("2", 35, 40);
        sees("3", 70, 80);
        seesNot("2", 70, 80);
        assertThat(history.violations()).isEmpty();
    }

    @Test
    void whileACommitIsUnderWayBothValuesAreRight() {
        sees("1", 25, 26);
        sees("2", 25, 26);
        sees("1", 10, 100);
        sees("2", 10, 100);
        sees("3", 10, 100);
        seesNot("1", 25, 26);
        assertThat(history.violations()).isEmpty();
    }

    @Test
    void aStaleReadIsFound() {
        sees("1", 31, 35);
        assertThat(history.violations()).singleElement().asString().contains("wrong read");
    }

    @Test
    void aReadFromTheFutureIsFound() {
        sees("3", 31, 49);
        assertThat(history.violations()).singleElement().asString().contains("wrong read");
    }

    @Test
    void aDirtyReadIsFound() {
        sees("4", 31, 100);
        assertThat(history.violations()).singleElement().asString().contains("dirty read");
    }

    @Test
    void aValueThatIsOverdueIsFound() {
        seesNot("3", 70, 80);
        assertThat(history.violations()).singleElement().asString().contains("wrong read");
    }

    @Test
    void anIntermediateValueOfATransactionWasNeverThere() {
        commit("t4", 90, 91);
        history.wrote("x", "4", "t4");
        history.wrote("x", "5", "t4");
        sees("4", 80, 100);
        sees("5", 80, 100);
        assertThat(history.violations())
                .singleElement()
                .asString()
                .contains("dirty read")
                .contains("value=4");
    }

    @Test
    void aCommitOfWhichNobodyHeardMayHaveHappenedAtAnyTime() {
        history.wrote("x", "4", "t4");
        sees("3", 70, 80);
        sees("4", 70, 80);
        sees("2", 70, 80);
        assertThat(history.violations()).singleElement().asString().contains("value=2");
    }

    @Test
    void aRegisterThatWasNeverWrittenHoldsNothing() {
        history.read(new History.Read("y", History.NONE, true, 0, 1, "reader"));
        history.read(new History.Read("y", "1", true, 0, 1, "reader"));
        assertThat(history.violations()).singleElement().asString().contains("value=1");
    }

    @Test
    void aNewRowIsNotThereBeforeItsCommit() {
        commit("t4", 90, 91);
        history.wrote("z", "1", "t4");
        history.read(new History.Read("z", History.NONE, true, 80, 85, "reader"));
        history.read(new History.Read("z", History.NONE, true, 92, 95, "reader"));
        assertThat(history.violations()).singleElement().asString().contains("from=92");
    }
}
