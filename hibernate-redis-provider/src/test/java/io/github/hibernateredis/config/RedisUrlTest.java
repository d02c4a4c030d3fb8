package io.github.hibernateredis.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.redisson.misc.RedisURI;

class RedisUrlTest {

    @ParameterizedTest
    @CsvSource({
        "redis://h, false, h, 6379, , ",
        "rediss://h:1, true, h, 1, , ",
        "redis://my_redis:1/, false, my_redis, 1, , ",
        "redis://[::1]:1, false, [::1], 1, , ",
        "redis://10.0.0.1:1/3, false, 10.0.0.1, 1, , ",
        "redis://secret@h:1, false, h, 1, , secret",
        "redis://:secret@h:1, false, h, 1, , secret",
        "redis://bob:secret@h, false, h, 6379, bob, secret",
        "redis://bob:a:b@h, false, h, 6379, bob, a:b",
        "redis://bob:a+b@h, false, h, 6379, bob, a+b",
        "redis://b%40b:%20%25%2B%2F%40%3A@[::1]:1, false, [::1], 1, b@b, ' %+/@:'"
    })
    void parsesAndReachesTheClientUnchanged(
            String text, boolean tls, String host, int port, String username, String password) {
        RedisUrl url = RedisUrl.parse(text, 6379).url();
        assertThat(url).isEqualTo(new RedisUrl(tls, host, port, username, password));
        assertThat(RedisUrl.parse(url.address(), 0).url()).isEqualTo(url);

        RedisURI asRedissonReadsIt = new RedisURI(url.address());
        assertThat(asRedissonReadsIt.isSsl()).isEqualTo(tls);
        assertThat(asRedissonReadsIt.getHost()).isEqualTo(host);
        assertThat(asRedissonReadsIt.getPort()).isEqualTo(port);
        assertThat(asRedissonReadsIt.getUsername()).isEqualTo(username);
        assertThat(asRedissonReadsIt.getPassword()).isEqualTo(password);
    }
}
