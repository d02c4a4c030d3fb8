package io.github.hibernateredis.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Set;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Since when a session may have been reading, because its writes may depend on what it read. */
final class SessionStateTest {

    private static final long DAY = Duration.ofDays(1).toNanos();

    private final long before = System.nanoTime();

    /** The snapshot of the shared transaction may be older than the session, by an unknown time. */
    @Test
    void aSessionInARepeatableTransactionThatItDidNotBeginHasReadForLong() {
        assertThat(state(true).readingSince() - before).isLessThan(-DAY);
    }

    @Test
    void aSessionThatReadsCommittedRowsHasReadSinceItOpened() {
        assertThat(state(false).readingSince()).isGreaterThanOrEqualTo(before);
    }

    @Test
    void aSessionThatBeganTheTransactionHasReadSinceItOpened() {
        SessionState state = state(true);
        state.joined();
        assertThat(state.readingSince()).isGreaterThanOrEqualTo(before);
    }

    /** The ORM takes rows from cached query results, and puts what is in them as if it had been loaded. */
    @Test
    void aSessionWithRowsOfAnOlderResultHasReadForAsLong() {
        SessionState state = state(false);
        long opened = state.readsRowsFrom();
        long since = state.readingSince();
        state.mayTakeRows(DAY);
        state.mayTakeRows(1);
        assertThat(opened - state.readsRowsFrom()).isEqualTo(DAY);
        assertThat(since - state.readingSince()).isEqualTo(DAY);
        assertThat(state.openedAt()).as("when it opened").isEqualTo(opened);
    }

    private static SessionState state(boolean repeatable) {
        SessionEnvironment environment =
                stub(SessionEnvironment.class, repeatable ? Set.of("readsRepeatably") : Set.of());
        SharedSessionContractImplementor session =
                stub(SharedSessionContractImplementor.class, Set.of("isTransactionInProgress"));
        return new SessionState(environment, stub(Participant.class, Set.of()), session, () -> {}, committed -> {});
    }

    /** Answers the methods with these names with true, and parts of the object likewise. */
    private static <T> T stub(Class<T> type, Set<String> yes) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answer(method.getReturnType(), yes.contains(method.getName()))));
    }

    private static @Nullable Object answer(Class<?> type, boolean yes) {
        if (type == boolean.class) {
            return yes;
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        return type.isInterface() ? stub(type, Set.of()) : null;
    }
}
