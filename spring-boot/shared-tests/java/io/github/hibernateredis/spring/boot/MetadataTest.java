package io.github.hibernateredis.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import io.github.hibernateredis.RedisSettings;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Tests the metadata that editors show for the properties. */
final class MetadataTest {

    @Test
    void everySettingIsDescribed() throws IOException {
        List<String> described;
        try (InputStream metadata =
                HibernateRedisProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            described = JsonPath.read(Objects.requireNonNull(metadata), "$.properties[?(@.description)].name");
        }
        List<String> settings = Arrays.stream(RedisSettings.class.getFields())
                .map(MetadataTest::value)
                .filter(name -> !name.endsWith("."))
                .map(name -> name.replace('_', '-'))
                .toList();
        assertThat(described)
                .containsAll(settings)
                .contains(
                        "hibernate.cache.redis.enabled",
                        "hibernate.cache.redis.region",
                        "hibernate.cache.redis.ssl.bundle",
                        "hibernate.cache.redis.health.outage-status")
                .doesNotHaveDuplicates();
    }

    private static String value(java.lang.reflect.Field constant) {
        try {
            return (String) constant.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
