package io.github.hibernateredis.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.hibernateredis.store.LoadTurn;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.RegionProgram;
import io.github.hibernateredis.store.RegionProgram.Omission;
import io.github.hibernateredis.store.RegionProgram.Scenario;
import io.github.hibernateredis.store.RegionProgram.Violation;
import io.github.hibernateredis.store.RequestGuard;
import io.github.hibernateredis.store.Snapshot;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.TestClock;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each rule of the scripts is necessary: without its line, some interleaving of a few transactions shows a wrong hit.
 */
final class ScriptSabotageIT {

    private static final RedisCommands REDIS = SharedRedis.connect();
    private static final int PROGRAMS = 20_000;
    private static final String KEY = "42";
    private static final Duration LEASE = Duration.ofSeconds(30);

    /** A rule: the line that keeps it, the replacement of that line, and the scenario that shows the difference. */
    enum Rule {
        PUT_LOCK("if region_locked or key_locked then", "if region_locked then", Scenario.WRITERS_AND_READERS),
        PUT_FLOOR(" and (not watermark or stamp >= number(watermark))", "", Scenario.WRITERS_AND_READERS),
        PUT_VERSION(" and stamp >= version", "", Scenario.BULK),
        PUT_REGION_LOCK("if region_locked or key_locked then", "if key_locked then", Scenario.BULK),
        PUT_EPOCH("opening_epoch == epoch and ", "", Scenario.LOSS_OF_ALL),
        OPENING_STAMP(
                "elseif not is_recent(opening, bucket) then\n      result = 'O'\n    elseif ARGV",
                "elseif not is_recent(text(s) .. ':' .. epoch, bucket) then\n      result = 'O'\n    elseif ARGV",
                Scenario.WRITERS_AND_READERS),
        UNLOCK_CONFLICTED("if conflicted == '1' then", "if false then", Scenario.THREE_WRITERS),
        LOCK_CONFLICTS("        others = conflict(others)\n        conflicted = '1'\n", "", Scenario.THREE_WRITERS),
        LOCK_RECENT(
                "if not is_recent(opening, bucket) then\n        conflicted",
                "if false then\n        conflicted",
                Scenario.PATCHES),
        LOCK_RECENT_AFTER_BULK(
                "if not is_recent(opening, bucket) then\n        conflicted",
                "if false then\n        conflicted",
                Scenario.PATCH_AFTER_BULK),
        LOCK_RECENT_AFTER_LOSS(
                "if not is_recent(opening, bucket) then\n        conflicted",
                "if false then\n        conflicted",
                Scenario.PATCH_AFTER_LOSS),
        UNLOCK_CONFLICTS("conflict(others)) -- what", "others) -- what", Scenario.LATE_LOCK),
        UNLOCK_VERSION(" or tonumber(stamp) < version then", " then", Scenario.BULK_AND_WRITER),
        UNLOCK_REGION_LOCK("  if region_locked then\n    return 'L'\n  end\n", "", Scenario.BULK_AND_WRITER),
        LOST_UNLOCK(
                "before this commit\n  write(bucket, key)\n  if not stamp",
                "before this commit\n  if stamp then write(bucket, key) end\n  if not stamp",
                Scenario.LOSS_UNDER_A_WRITER),
        EXPIRY_FLOOR(
                "    list = conflict(list)\n    write(bucket, key)\n", "    list = conflict(list)\n", Scenario.CRASH),
        REGION_EXPIRY_VERSION("  if expired then\n    invalidate()\n", "  if expired then\n", Scenario.BULK_CRASH),
        GUARD_LOSS(
                "s, epoch, version, changed = time, candidate, time, true",
                "s, epoch, version, changed = time, '1-same', 0, true",
                Scenario.LOSS_OF_GUARDS),
        LOCK_DROPS("    items[key] = false\n    local others", "    local others", Scenario.WRITERS_AND_READERS),
        INSERT_LOCK("elseif region_locked or list ~= NONE then", "elseif region_locked then", Scenario.INSERT),
        INSERT_RECENT("elseif not is_recent(opening, bucket) then\n    result = 'O'\n  end", "end", Scenario.INSERTS);

        private final String line;
        private final String without;
        private final Scenario scenario;

        Rule(String line, String without, Scenario scenario) {
            this.line = line;
            this.without = without;
            this.scenario = scenario;
        }
    }

    @ParameterizedTest
    @EnumSource
    void withoutTheRuleSomeHitIsWrong(Rule rule) {
        Edits edits = Edits.SWEEPING_NEVER.replacing(rule.line, rule.without);
        RedisConnection connection = new RedisConnection(RedissonOfTests::client, RequestGuard.NONE, edits);
        long seed = 0;
        Violation found = null;
        while (found == null && seed < PROGRAMS) {
            found = violation(seed++, rule.scenario, connection);
        }
        assertThat(found).as("wrong hit without the rule " + rule).isNotNull();
    }

    /** A bound of regions, a line that keeps it, and what the line becomes. */
    enum LimitRule {
        TRIM("type(length) == 'number' and math.min(", "nil and math.min(", Limit.THE_BOUND_OF_ENTRIES),
        TRIM_ENOUGH(", 4 * entries + 16)", ", 0)", Limit.THE_BOUND_OF_ENTRIES),
        TRIM_A_FEW(", 4 * entries + 16)", ", 1000)", Limit.A_BOUND_THAT_IS_LOWERED_IS_REACHED_IN_STEPS),
        TRIM_NO_STAMP("if field ~= '!s' and #fields", "if #fields", Limit.THE_NEWEST_STAMP_IS_NEVER_EVICTED),
        IDLE_END(
                "keep(key, IDLE, tonumber(idle),",
                "keep(key, IDLE, tonumber(ttl),",
                Limit.AN_ENTRY_THAT_NOBODY_READS_GOES),
        IDLE_IS_LIVE(" or lasts(envelope, IDLE) and #envelope >= 21", "", Limit.AN_ENTRY_THAT_MAY_GO_EARLIER_IS_LIVE),
        IDLE_IS_WHOLE(" and #envelope >= 21", "", Limit.A_TRUNCATED_ENTRY_IS_NONE),
        COUNT_IS_OPTIONAL(
                "redis.pcall('HLEN', data)", "redis.call('NO_HLEN', data)", Limit.A_USER_WHO_MAY_NOT_COUNT_STORES),
        TOUCH("redis.call('HSET', KEYS[1], unpack(renewed))", "", Limit.A_READ_GIVES_AN_ENTRY_ITS_TIME_ANEW),
        TOUCH_SELDOM(" and ends - now <= due", "", Limit.READS_ONE_AFTER_THE_OTHER_ARE_REPORTED_ONCE),
        TOUCH_WITHIN_TTL(
                "math.min(now + idle, last)", "now + idle", Limit.NO_READ_MAKES_AN_ENTRY_LIVE_LONGER_THAN_ITS_TTL),
        TOUCH_LIVE("ends > now and ", "", Limit.A_REPORT_BRINGS_NOTHING_BACK),
        TOUCH_ITEMS(" and string.byte(item) == 18", "", Limit.A_REPORT_BRINGS_NOTHING_BACK),
        TOUCH_FIELDS(
                "redis.call('HPEXPIRE', KEYS[1], idle, 'FIELDS', #fields, unpack(fields))",
                "",
                Limit.THE_SERVER_RECLAIMS_WHAT_NOBODY_READS);

        private final String line;
        private final String without;
        private final Limit limit;

        LimitRule(String line, String without, Limit limit) {
            this.line = line;
            this.without = without;
            this.limit = limit;
        }
    }

    /** A rule about who loads, the line that keeps it, what the line becomes, and whether a region keeps the rule. */
    enum LoadRule {
        ONE_LOADS(" and (gone or not lasts(item, LOADING)) then", " then", region -> {
            begin(region, 0, "a", null);
            return begin(region, 1, "b", null) == LoadTurn.OTHER;
        }),
        WHAT_IS_THERE_STAYS("if not there and (gone or", "if (gone or", region -> {
            put(region, "value");
            return begin(region, 1, "b", null) == LoadTurn.OTHER;
        }),
        WHAT_IS_NEW_STAYS(
                "struct.unpack('>I8', item, 2)) == outdated", "struct.unpack('>I8', item, 2)) ~= ''", region -> {
                    put(region, "value");
                    return begin(region, 1, "b", new Stamp(1, "1-any")) == LoadTurn.OTHER;
                }),
        WHAT_IS_OUTDATED_GOES("      there = false\n", "", region -> {
            put(region, "value");
            return begin(region, 1, "b", read(region).stamp()) == LoadTurn.MINE;
        }),
        NEAR_CACHES_ARE_TOLD("      drop_near(key)\n      there = false\n", "      there = false\n", region -> {
            put(region, "old");
            Lookup.Hit old = read(region);
            begin(region, 1, "b", old.stamp());
            put(region, "new");
            return read(region).readAt().count() > old.readAt().count();
        }),
        NOBODY_WAITS_FOR_A_LOCKED_KEY(
                "if region_holders() ~= NONE or key_holders(field, bucket, key) ~= NONE then\n    turn",
                "if region_holders() ~= NONE then\n    turn",
                region -> {
                    region.node(0).lock(KEY, "w", region.clock().moment()).join();
                    return begin(region, 1, "b", null) == LoadTurn.ANYONE;
                }),
        NOBODY_WAITS_FOR_A_LOCKED_REGION(
                "if region_holders() ~= NONE or key_holders(field, bucket, key) ~= NONE then\n    turn",
                "if key_holders(field, bucket, key) ~= NONE then\n    turn",
                region -> {
                    region.node(0).lockRegion("w").join();
                    return begin(region, 1, "b", null) == LoadTurn.ANYONE;
                }),
        ONLY_THE_HOLDER_ENDS_IT(" and string.sub(item, 16) == ARGV[2] then", " then", region -> {
            begin(region, 0, "a", null);
            region.node(1).store().endLoad(KEY, "b").join();
            return begin(region, 1, "b", null) == LoadTurn.OTHER;
        }),
        ITS_END_LEAVES_A_VALUE(
                "string.byte(item, 1) == 76 and string.sub(item, 16)", "string.sub(item, 16)", region -> {
                    put(region, "a");
                    region.node(0).store().endLoad(KEY, "a").join();
                    return region.node(1).get(KEY).join() != null;
                }),
        ONE_RELOADS(
                "struct.unpack('>I6', lease, 10) > now then",
                "false then",
                region -> reload(region, KEY, "a", LEASE) && !reload(region, KEY, "b", LEASE)),
        A_RELOAD_ENDS_WITH_ITS_LEASE(" and struct.unpack('>I6', lease, 10) > now then", " then", region -> {
            reload(region, KEY, "a", Duration.ofMillis(200));
            reload(region, "other", "a", LEASE);
            region.awaitServerTime(Duration.ofMillis(201));
            return reload(region, KEY, "b", LEASE);
        }),
        NO_LEASE_STAYS_FOR_EVER("redis.call('PEXPIRE', KEYS[1], ARGV[3])\n--", "--", region -> {
            reload(region, KEY, "a", LEASE);
            return REDIS.number("PTTL", region.reloads()) > 0;
        }),
        LEASES_DO_NOT_PILE_UP("    redis.call('HDEL', KEYS[1], some[i])\n", "", region -> {
            reload(region, KEY, "a", Duration.ofMillis(200));
            reload(region, "other", "a", LEASE);
            region.awaitServerTime(Duration.ofMillis(201));
            reload(region, "third", "a", LEASE);
            return REDIS.number("HLEN", region.reloads()) == 2;
        });

        private final String line;
        private final String without;
        private final Predicate<RedisRegion> isKept;

        LoadRule(String line, String without, Predicate<RedisRegion> isKept) {
            this.line = line;
            this.without = without;
            this.isKept = isKept;
        }

        private static LoadTurn begin(RedisRegion region, int node, String id, @Nullable Stamp outdated) {
            return region.node(node).store().beginLoad(KEY, id, LEASE, outdated).join();
        }

        private static boolean reload(RedisRegion region, String key, String id, Duration lease) {
            return region.node(0).store().beginReload(key, id, lease).join();
        }

        private static void put(RedisRegion region, String value) {
            region.node(0)
                    .put(KEY, value.getBytes(UTF_8), region.clock().moment())
                    .join();
        }

        private static Lookup.Hit read(RedisRegion region) {
            return (Lookup.Hit)
                    region.node(0).store().read(KEY, Snapshot.LATEST).join();
        }
    }

    @ParameterizedTest
    @EnumSource
    void withoutTheRuleALimitIsNotKept(LimitRule rule) {
        assumeThat(rule != LimitRule.TOUCH_FIELDS || SharedRedis.isAtLeast(7, 4))
                .isTrue();
        Edits all = rule == LimitRule.TOUCH_FIELDS ? Edits.none() : Edits.WITHOUT_FIELD_EXPIRY;
        Edits edits = all.replacing(rule.line, rule.without);
        assertThatThrownBy(() -> rule.limit.check(edits))
                .isInstanceOfAny(AssertionError.class, CompletionException.class);
    }

    @ParameterizedTest
    @EnumSource
    void withoutTheRuleTheTurnIsWrong(LoadRule rule) {
        assertThat(isKept(rule, Edits.SWEEPING_NEVER)).as("the rule is kept").isTrue();
        assertThat(isKept(rule, Edits.SWEEPING_NEVER.replacing(rule.line, rule.without)))
                .as("and is not without its line")
                .isFalse();
    }

    private static boolean isKept(LoadRule rule, Edits edits) {
        RedisConnection connection = new RedisConnection(RedissonOfTests::client, RequestGuard.NONE, edits);
        try (RedisRegion region = new RedisRegion(new TestClock(), connection, REDIS)) {
            region.node(0).heartbeat(List.of()).join();
            region.node(1).heartbeat(List.of()).join();
            return rule.isKept.test(region);
        }
    }

    private static @Nullable Violation violation(long seed, Scenario scenario, RedisConnection connection) {
        try (RedisRegion region = new RedisRegion(new TestClock(), connection, REDIS)) {
            RegionProgram.run(seed, scenario, Omission.NOTHING, List.of(region));
            return null;
        } catch (Violation violation) {
            return violation;
        }
    }
}
