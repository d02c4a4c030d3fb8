package io.github.hibernateredis.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HabitTest {

    private final Habit habit = new Habit();

    private void see(int owners, int followed) {
        for (int i = 0; i < owners; i++) {
            if (i < followed) {
                habit.followed();
            }
            habit.ownerFound();
        }
    }

    @Test
    void isNotUsualBeforeItHasBeenJudged() {
        see(Habit.OWNERS - 1, Habit.OWNERS - 1);
        assertThat(habit.isUsual()).isFalse();
    }

    @Test
    void isUsualFromThreeInFourOn() {
        see(Habit.OWNERS, Habit.USUAL - 1);
        assertThat(habit.isUsual()).isFalse();
        see(Habit.OWNERS, Habit.USUAL);
        assertThat(habit.isUsual()).isTrue();
    }

    @Test
    void isLostAsSoonAsItIsJudgedAgain() {
        see(Habit.OWNERS, Habit.OWNERS);
        see(Habit.OWNERS - 1, 0);
        assertThat(habit.isUsual()).isTrue();
        see(1, 0);
        assertThat(habit.isUsual()).isFalse();
    }
}
