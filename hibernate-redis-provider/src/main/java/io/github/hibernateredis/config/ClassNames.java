package io.github.hibernateredis.config;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Parses lists of classes and packages. */
final class ClassNames {

    private static final String IDENTIFIER = "\\p{javaJavaIdentifierStart}\\p{javaJavaIdentifierPart}*";
    private static final Pattern CLASS_OR_PACKAGE =
            Pattern.compile(IDENTIFIER + "(?:\\." + IDENTIFIER + ")*(?:\\.\\*)?");

    private ClassNames() {}

    /** @param known whether a class of that name exists */
    static List<String> read(Object value, Predicate<String> known) {
        List<String> names =
                Texts.members(value).stream().map(ClassNames::name).distinct().toList();
        for (String name : names) {
            if (!name.endsWith(".*") && !known.test(name)) {
                throw new WrongValueException("expected names of existing classes, or packages such as com.acme.*; '"
                        + name + "' does not exist (a nested class is Outer$Inner)");
            }
        }
        return names;
    }

    private static String name(Object member) {
        String name = member instanceof Class<?> type ? type.getName() : Texts.text(member);
        if (name.equals("*")) {
            throw new WrongValueException(
                    "'*' would allow any class in cached values; name the packages, such as com.acme.*");
        }
        if (!CLASS_OR_PACKAGE.matcher(name).matches()) {
            throw new WrongValueException("expected names of classes, or packages such as com.acme.*");
        }
        return name;
    }
}
