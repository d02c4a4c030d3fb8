package io.github.hibernateredis.session;

import static io.github.hibernateredis.session.LoadPolicy.Decision.AFTER_COMMIT;
import static io.github.hibernateredis.session.LoadPolicy.Decision.NEVER;
import static io.github.hibernateredis.session.LoadPolicy.Decision.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.session.LoadPolicy.Decision;
import io.github.hibernateredis.session.LoadPolicy.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Uncommitted values are never stored, and neither are values from a snapshot of unknown age. */
final class LoadPolicyTest {

    private record Reader(
            boolean readsCommitted,
            boolean mayReadOlderSnapshot,
            boolean hearsOfRows,
            boolean hearsOfTables,
            boolean hasWritten,
            boolean hearsOfCompletion)
            implements LoadPolicy.Reader {

        Decision of(Kind kind) {
            return LoadPolicy.decide(this, kind, false);
        }
    }

    private static final Reader PLAIN = new Reader(true, false, true, true, false, true);

    @ParameterizedTest
    @EnumSource
    void whatAPlainSessionLoadsIsStoredNow(Kind kind) {
        assertThat(PLAIN.of(kind)).isEqualTo(NOW);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsBeingWrittenIsNotStored(Kind kind) {
        assertThat(LoadPolicy.decide(PLAIN, kind, true)).isEqualTo(NEVER);
    }

    @ParameterizedTest
    @EnumSource
    void whatMayNotHaveBeenCommittedIsNotStored(Kind kind) {
        assertThat(new Reader(false, false, true, true, false, true).of(kind)).isEqualTo(NEVER);
    }

    @ParameterizedTest
    @EnumSource
    void whatMayBeOfAnOlderSnapshotIsNotStored(Kind kind) {
        assertThat(new Reader(true, true, true, true, false, true).of(kind)).isEqualTo(NEVER);
    }

    @ParameterizedTest
    @EnumSource
    void whatMayBeTheTransactionsOwnWaitsForTheCommit(Kind kind) {
        assertThat(new Reader(true, false, false, false, false, true).of(kind)).isEqualTo(AFTER_COMMIT);
        assertThat(new Reader(true, false, false, false, false, false).of(kind)).isEqualTo(NEVER);
    }

    @Test
    void afterAWriteRowsAreStoredNowCollectionsNeverAndResultsAfterTheCommit() {
        Reader writer = new Reader(true, false, true, true, true, true);
        assertThat(writer.of(Kind.ROW)).isEqualTo(NOW);
        assertThat(writer.of(Kind.COLLECTION)).isEqualTo(NEVER);
        assertThat(writer.of(Kind.QUERY_RESULT)).isEqualTo(AFTER_COMMIT);
    }

    @Test
    void withoutTheTablesCollectionsWait() {
        assertThat(new Reader(true, false, true, false, false, true).of(Kind.COLLECTION))
                .isEqualTo(AFTER_COMMIT);
    }
}
