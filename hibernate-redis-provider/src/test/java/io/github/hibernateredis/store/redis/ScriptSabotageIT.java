package io.github.hibernateredis.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.hibernateredis.store.RegionProgram;
import io.github.hibernateredis.store.RegionProgram.Omission;
import io.github.hibernateredis.store.RegionProgram.Scenario;
import io.github.hibernateredis.store.RegionProgram.Violation;
import io.github.hibernateredis.store.RequestGuard;
import io.github.hibernateredis.store.TestClock;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each rule of the scripts is necessary: without its line, some interleaving of a few transactions shows a wrong hit.
 */
final class ScriptSabotageIT {

    private static final RedisCommands REDIS = SharedRedis.connect();
    private static final int PROGRAMS = 20_000;

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
        UNLOCK_CONTESTED("if mine and mine.contested == '1' then", "if false then", Scenario.THREE_WRITERS),
        LOCK_CONTESTS("        contest(live)\n        mine.contested = '1'\n", "", Scenario.THREE_WRITERS),
        LOCK_RECENT(
                "if not is_recent(opening, bucket) then\n        mine",
                "if false then\n        mine",
                Scenario.PATCHES),
        LOCK_RECENT_AFTER_BULK(
                "if not is_recent(opening, bucket) then\n        mine",
                "if false then\n        mine",
                Scenario.PATCH_AFTER_BULK),
        LOCK_RECENT_AFTER_LOSS(
                "if not is_recent(opening, bucket) then\n        mine",
                "if false then\n        mine",
                Scenario.PATCH_AFTER_LOSS),
        UNLOCK_CONTESTS("contest(live) -- what the others", "-- what the others", Scenario.LATE_LOCK),
        UNLOCK_VERSION(" or tonumber(mine.stamp) < version then", " then", Scenario.BULK_AND_WRITER),
        UNLOCK_REGION_LOCK("  if region_locked then\n    return 'L'\n  end\n", "", Scenario.BULK_AND_WRITER),
        LOST_UNLOCK(
                "save(field, live)\n  write(bucket, key)\n  if not mine",
                "save(field, live)\n  if mine then write(bucket, key) end\n  if not mine",
                Scenario.LOSS_UNDER_A_WRITER),
        EXPIRY_FLOOR("    contest(live)\n    write(bucket, key)\n", "    contest(live)\n", Scenario.CRASH),
        REGION_EXPIRY_VERSION("  if expired then\n    invalidate()\n", "  if expired then\n", Scenario.BULK_CRASH),
        GUARD_LOSS(
                "s, epoch, version, changed = time, candidate, time, true",
                "s, epoch, version, changed = time, '1-same', 0, true",
                Scenario.LOSS_OF_GUARDS),
        LOCK_DROPS("    items[key] = false\n    local mine", "    local mine", Scenario.WRITERS_AND_READERS),
        INSERT_LOCK("elseif region_locked or #live > 0 then", "elseif region_locked then", Scenario.INSERT),
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
        TRIM("= most and math.min(", "= nil and math.min(", Limit.THE_BOUND_OF_ENTRIES),
        TRIM_ENOUGH(", 4 * entries + 16)", ", 0)", Limit.THE_BOUND_OF_ENTRIES),
        TRIM_A_FEW(", 4 * entries + 16)", ", 1000)", Limit.A_BOUND_THAT_IS_LOWERED_IS_REACHED_IN_STEPS),
        TRIM_NO_STAMP("if field ~= '!s' and #fields", "if #fields", Limit.THE_NEWEST_STAMP_IS_NEVER_EVICTED),
        IDLE_END(
                "keep(key, IDLE, tonumber(idle),",
                "keep(key, IDLE, tonumber(ttl),",
                Limit.AN_ENTRY_THAT_NOBODY_READS_GOES),
        IDLE_IS_LIVE(" or lasts(envelope, IDLE)", "", Limit.AN_ENTRY_THAT_MAY_GO_EARLIER_IS_LIVE),
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

    @ParameterizedTest
    @EnumSource
    void withoutTheRuleALimitIsNotKept(LimitRule rule) {
        assumeThat(rule != LimitRule.TOUCH_FIELDS || SharedRedis.isAtLeast(7, 4))
                .isTrue();
        Edits all = rule == LimitRule.TOUCH_FIELDS ? Edits.none() : Edits.WITHOUT_FIELD_EXPIRY;
        Edits edits = all.replacing(rule.line, rule.without);
        assertThatThrownBy(() -> rule.limit.check(edits)).isInstanceOf(AssertionError.class);
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
