package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.integration.model.Product;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import org.junit.jupiter.api.Test;

/** Two instances with one server. */
class TwoNodesIT extends TwoNodesContract {

    @Override
    void choose(Application.Builder builder) {}

    @Test
    void keysInRedisAreReadable() {
        one().find(Product.class, 1L);
        try (RedisCommands redis = SharedRedis.connect()) {
            String data = "two-nodes:{io.github.hibernateredis.integration.model.Product}:data";
            assertThat(redis.call("HEXISTS", data, "1")).isEqualTo(1L);
            assertThat(redis.number("PTTL", data)).isPositive();
        }
    }
}
