package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.integration.model.Counter;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged metadata in Redis is reset, so no one has to delete a key. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DamagedMetadataIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NAME = "damaged";
    private static final String REGION = NAME + ":{" + Counter.class.getName() + "}:";
    private static final String TABLES = NAME + ":{default-update-timestamps-region}:tables";

    private Application one;
    private Application two;
    private RedisCommands redis;

    @BeforeAll
    void start() {
        redis = SharedRedis.connect();
        one = builder().start();
        two = builder().start();
        one.transact(session -> session.persist(new Counter(1, 0)));
    }

    private static Application.Builder builder() {
        return Application.on(NAME, Counter.class);
    }

    @AfterAll
    void stop() {
        two.close();
        one.close();
        redis.close();
    }

    @BeforeEach
    void everythingIsCached() throws InterruptedException {
        awaitHits();
    }

    @ParameterizedTest
    @ValueSource(strings = {"guards", "data", "layout"})
    void aKeyOfARegionHasAnotherType(String key) throws InterruptedException {
        redis.call("DEL", REGION + key);
        redis.call("SET", REGION + key, "damaged");
        check();
        redis.call("DEL", REGION + key);
        redis.call("RPUSH", REGION + key, "damaged");
        check();
    }

    @ParameterizedTest
    @CsvSource({
        "guards,s,damaged",
        "guards,s,:",
        "guards,s,17",
        "guards,s,''",
        "guards,s,-5:x",
        "guards,s,nan:x",
        "guards,s,99999999999999999999999999:x",
        "guards,v,damaged",
        "guards,v,''",
        "guards,v,99999999999999999999999999",
        "guards,r,damaged",
        "guards,c,damaged",
        "guards,i,''",
        "data,!s,damaged",
        "data,!s,''",
        "data,1,damaged",
        "data,1,''",
        "layout,n,damaged",
        "layout,g,damaged"
    })
    void aFieldOfARegionIsDamaged(String key, String field, String value) throws InterruptedException {
        if (key.equals("layout")) {
            redis.call("DEL", REGION + key);
        }
        redis.call("HSET", REGION + key, field, value);
        check();
    }

    @ParameterizedTest
    @ValueSource(strings = {"f", "l"})
    void allFloorsOrLocksAreDamaged(String kind) throws InterruptedException {
        String[] damaged = new String[2 + 2 * 1024];
        damaged[0] = "HSET";
        damaged[1] = REGION + "guards";
        for (int bucket = 0; bucket < 1024; bucket++) {
            damaged[2 + 2 * bucket] = kind + bucket + (kind.equals("l") ? ":1" : "");
            damaged[3 + 2 * bucket] = "damaged";
        }
        redis.call((Object[]) damaged);
        check();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SET", "RPUSH"})
    void theTableStampsHaveAnotherType(String command) throws InterruptedException {
        redis.call("DEL", TABLES);
        redis.call(command, TABLES, "damaged");
        check();
    }

    @ParameterizedTest
    @CsvSource({
        "s,damaged",
        "s,:",
        "s,''",
        "s,99999999999999999999999999:x",
        "s,123:1-abcdef0123456789:0",
        "v,damaged",
        "v,''",
        "tCounter,damaged",
        "hCounter,damaged",
        "i,''"
    })
    void aTableStampIsDamaged(String field, String value) throws InterruptedException {
        redis.call("HSET", TABLES, field, value);
        check();
    }

    /** Each instance reads the writes of the other one, and after a while from the cache. */
    private void check() throws InterruptedException {
        for (Application writer : new Application[] {one, two}) {
            Application reader = writer == one ? two : one;
            writer.transact(session -> session.find(Counter.class, 1L).number++);
            long written = writer.find(Counter.class, 1L).number;
            assertThat(reader.find(Counter.class, 1L).number).isEqualTo(written);
            assertThat(query(reader)).isEqualTo(written);
        }
        awaitHits();
        try (Application starting = builder().start()) {
            awaitHits(starting, () -> starting.find(Counter.class, 1L));
        }
    }

    private void awaitHits() throws InterruptedException {
        for (Application node : new Application[] {one, two}) {
            awaitHits(node, () -> node.find(Counter.class, 1L));
            awaitHits(node, () -> query(node));
        }
    }

    private static long query(Application node) {
        return node.inTransaction(
                session -> session.createSelectionQuery("select number from Counter where id = 1", Long.class)
                        .setCacheable(true)
                        .getSingleResult());
    }

    private static void awaitHits(Application node, Runnable reading) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!node.isCached(reading)) {
            assertThat(System.nanoTime()).as("moment at which it is cached").isLessThan(deadline);
            Thread.sleep(100);
        }
    }
}
