package io.github.hibernateredis.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OnceWarningsTest {

    private final List<String> log = new ArrayList<>();
    private final OnceWarnings warnings = new OnceWarnings(log::add);

    @Test
    void theSameTextIsLoggedOnce() {
        warnings.warn("one");
        warnings.warn("two");
        warnings.warn("one");
        assertThat(log).containsExactly("one", "two");
    }

    @Test
    void noMoreThanABoundedNumberIsLogged() {
        for (int i = 0; i < 5000; i++) {
            warnings.warn("text " + i);
        }
        assertThat(log).hasSize(1000);
    }
}
