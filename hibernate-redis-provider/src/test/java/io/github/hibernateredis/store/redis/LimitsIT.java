package io.github.hibernateredis.store.redis;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bounds of regions are kept, whether the server expires the fields of a hash or not. */
final class LimitsIT {

    @ParameterizedTest
    @EnumSource
    void isKept(Limit limit) {
        limit.check(Edits.none());
    }

    @ParameterizedTest
    @EnumSource
    void isKeptWhereTheServerExpiresNoFields(Limit limit) {
        limit.check(Edits.WITHOUT_FIELD_EXPIRY);
    }

    @ParameterizedTest
    @EnumSource
    void isKeptWhileAllIsSwept(Limit limit) {
        limit.check(Edits.SWEEPING_ALWAYS.replacing("acl_check_cmd, 'HPEXPIRE'", "acl_check_cmd, 'NO_HPEXPIRE'"));
    }
}
