package io.github.hibernateredis.config;

import java.io.File;
import java.lang.reflect.Array;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Parses values that are texts, locations or lists of them. */
final class Texts {

    private Texts() {}

    /** Returns a text that is not empty, without surrounding white space. */
    static String text(Object value) {
        if (!(value instanceof CharSequence)) {
            throw new WrongValueException("expected text");
        }
        String text = value.toString().trim();
        if (text.isEmpty()) {
            throw new WrongValueException("is empty; leave the setting out instead");
        }
        return text;
    }

    /** Returns a text, or an object that represents a location. */
    static String location(Object value) {
        boolean isLocation =
                value instanceof URI || value instanceof URL || value instanceof File || value instanceof Path;
        return text(isLocation ? value.toString() : value);
    }

    /**
     * Returns the members of a list: of comma-separated text, an array or a collection; otherwise the value itself.
     * Never empty.
     */
    static List<Object> members(Object value) {
        List<Object> members = new ArrayList<>();
        if (value instanceof CharSequence text) {
            members.addAll(List.of(text(text).split(",", -1)));
        } else if (value instanceof Collection<?> collection) {
            members.addAll(collection);
        } else if (value.getClass().isArray()) {
            for (int i = 0; i < Array.getLength(value); i++) {
                members.add(Array.get(value, i));
            }
        } else {
            members.add(value);
        }
        if (members.isEmpty()) {
            throw new WrongValueException("is empty; leave the setting out instead");
        }
        for (Object member : members) {
            if (member == null || member.toString().isBlank()) {
                throw new WrongValueException("has an empty member");
            }
        }
        return members;
    }
}
