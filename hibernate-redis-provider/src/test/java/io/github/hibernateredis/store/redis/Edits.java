package io.github.hibernateredis.store.redis;

import java.util.function.Function;

/** Changes to the scripts of a store under test. */
record Edits(Function<Script, Script.Code> code) implements Function<Script, Script.Code> {

    /** Simulates a server that cannot expire fields. */
    static final Edits WITHOUT_FIELD_EXPIRY =
            none().replacing("acl_check_cmd, 'HPEXPIRE'", "acl_check_cmd, 'NO_HPEXPIRE'");

    /** Disables sweeps, so that the result depends only on the program. */
    static final Edits SWEEPING_NEVER =
            none().replacing("local due = time % GUARDS_EVERY < entries", "if true then return end local due = true");

    /** Each put and unlock sweeps all entries. */
    static final Edits SWEEPING_ALWAYS = none().replacing("SWEEP_COUNT = 8, 64, 32", "SWEEP_COUNT = 1, 1, 10000");

    static Edits none() {
        return new Edits(Script::code);
    }

    /**
     * Also replaces a text in all scripts.
     *
     * @throws IllegalArgumentException if no script contains the text, or if one contains it more than once
     */
    Edits replacing(String text, String by) {
        boolean found = false;
        for (Script script : Script.values()) {
            String source = apply(script).source();
            int first = source.indexOf(text);
            found |= first >= 0;
            if (first != source.lastIndexOf(text)) {
                throw new IllegalArgumentException("More than once in " + script + ": " + text);
            }
        }
        if (!found) {
            throw new IllegalArgumentException("In no script: " + text);
        }
        return new Edits(script -> Script.Code.of(apply(script).source().replace(text, by)));
    }

    @Override
    public Script.Code apply(Script script) {
        return code.apply(script);
    }
}
