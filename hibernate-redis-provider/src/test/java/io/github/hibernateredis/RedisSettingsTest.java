package io.github.hibernateredis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class RedisSettingsTest {

    @Test
    void namesTheSettingOfARegion() {
        assertThat(RedisSettings.forRegion("com.acme.Order.lines", RedisSettings.TTL_JITTER))
                .isEqualTo("hibernate.cache.redis.region.com.acme.Order.lines.ttl_jitter");
    }

    @Test
    void refusesToNameAnothersSettingOfARegion() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisSettings.forRegion("Product", "hibernate.cache.region_prefix"))
                .withMessageContaining("hibernate.cache.region_prefix");
    }
}
