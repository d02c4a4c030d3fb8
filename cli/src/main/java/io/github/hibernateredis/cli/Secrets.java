package io.github.hibernateredis.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Masks possible passwords in all output about a failure. Not thread safe. */
final class Secrets {

    private static final Pattern LOGIN_OF_A_URL = Pattern.compile("(\\w+://)[^\\s'\"]*@");

    private final List<String> known = new ArrayList<>();

    void add(String secret) {
        known.add(secret);
    }

    String mask(String text) {
        String masked = LOGIN_OF_A_URL.matcher(text).replaceAll("$1***@");
        for (String secret : known) {
            masked = masked.replace(secret, "***");
        }
        return masked;
    }
}
