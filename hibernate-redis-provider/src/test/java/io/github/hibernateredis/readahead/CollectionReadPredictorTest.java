package io.github.hibernateredis.readahead;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CollectionReadPredictorTest {

    private final CollectionReadPredictor predictor = new CollectionReadPredictor();

    private void see(int owners, int followed) {
        for (int i = 0; i < owners; i++) {
            if (i < followed) {
                predictor.followed();
            }
            predictor.ownerFound();
        }
    }

    @Test
    void isNotUsualBeforeItHasBeenJudged() {
        see(CollectionReadPredictor.OWNERS - 1, CollectionReadPredictor.OWNERS - 1);
        assertThat(predictor.isUsual()).isFalse();
    }

    @Test
    void isUsualFromThreeInFourOn() {
        see(CollectionReadPredictor.OWNERS, CollectionReadPredictor.USUAL - 1);
        assertThat(predictor.isUsual()).isFalse();
        see(CollectionReadPredictor.OWNERS, CollectionReadPredictor.USUAL);
        assertThat(predictor.isUsual()).isTrue();
    }

    @Test
    void isLostAsSoonAsItIsJudgedAgain() {
        see(CollectionReadPredictor.OWNERS, CollectionReadPredictor.OWNERS);
        see(CollectionReadPredictor.OWNERS - 1, 0);
        assertThat(predictor.isUsual()).isTrue();
        see(1, 0);
        assertThat(predictor.isUsual()).isFalse();
    }
}
