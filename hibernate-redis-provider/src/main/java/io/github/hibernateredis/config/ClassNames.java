package io.github.hibernateredis.config;

import java.util.List;
import java.util.regex.Pattern;

/** Reads lists of classes and packages. */
final class ClassNames {

    private static final String IDENTIFIER = "\\p{javaJavaIdentifierStart}\\p{javaJavaIdentifierPart}*";
    private static final Pattern CLASS_OR_PACKAGE =
            Pattern.compile(IDENTIFIER + "(?:\\." + IDENTIFIER + ")*(?:\\.\\*)?");

    private ClassNames() {}

    static List<String> read(Object value) {
        return Texts.members(value).stream().map(ClassNames::name).distinct().toList();
    }

    private static String name(Object member) {
        String name = member instanceof Class<?> type ? type.getName() : Texts.text(member);
        if (name.equals("*")) {
            throw new WrongValueException("'*' would let a value hold any class; name the packages, as in com.acme.*");
        }
        if (!CLASS_OR_PACKAGE.matcher(name).matches()) {
            throw new WrongValueException("expected names of classes, or packages as in com.acme.*");
        }
        return name;
    }
}
