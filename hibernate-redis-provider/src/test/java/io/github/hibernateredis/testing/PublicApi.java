package io.github.hibernateredis.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The public API of some types as text: one line for each type and member. */
public final class PublicApi {

    private static final Pattern OURS = Pattern.compile("io\\.github\\.hibernateredis(?:\\.[a-z]\\w*)*\\.[A-Z]\\w*");

    private final Path sources;
    private final List<Class<?>> types;

    private PublicApi(Path sources, List<Class<?>> types) {
        this.sources = sources;
        this.types = types;
    }

    /**
     * The public types of packages, except some.
     *
     * @param sources the folder of the sources
     * @param internal the simple names of public types that are only for other packages
     */
    public static PublicApi of(Path sources, Set<String> packages, Set<String> internal) throws Exception {
        List<Class<?>> types = new ArrayList<>();
        for (String name : new TreeSet<>(packages)) {
            try (Stream<Path> files = Files.list(sources.resolve(name.replace('.', '/')))) {
                for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                        .sorted()
                        .toList()) {
                    String simple = file.getFileName().toString().replace(".java", "");
                    if (simple.equals("package-info") || internal.contains(simple)) {
                        continue;
                    }
                    Class<?> type = Class.forName(name + "." + simple, false, PublicApi.class.getClassLoader());
                    if (Modifier.isPublic(type.getModifiers())) {
                        types.add(type);
                    }
                }
            }
        }
        return new PublicApi(sources, types);
    }

    /** These types and some more. */
    public PublicApi and(Class<?>... more) {
        return new PublicApi(
                sources, Stream.concat(types.stream(), Stream.of(more)).toList());
    }

    /**
     * Fails unless the types match the file. After an intended change, run the test with {@code -Dpages.write=true},
     * add the change to the list of changes, and raise the version as semantic versioning requires.
     */
    public void checkAgainst(Path file) throws IOException {
        String now = text();
        if (Boolean.getBoolean("pages.write")) {
            Files.writeString(file, now);
        }
        List<String> accepted = Files.readAllLines(file);
        List<String> lines = now.lines().toList();
        assertThat(accepted.stream().filter(line -> !lines.contains(line)))
                .as(
                        "Removed from the public API or changed, which breaks applications. If that is meant: -Dpages.write=true")
                .isEmpty();
        assertThat(lines.stream().filter(line -> !accepted.contains(line)))
                .as("Added to the public API. If that is meant: -Dpages.write=true")
                .isEmpty();
    }

    /** Fails if a signature contains another type of the project. */
    public void checkThatNothingElseIsNeeded() {
        Set<String> names = types.stream().map(Class::getName).collect(Collectors.toSet());
        assertThat(OURS.matcher(text()).results().map(match -> match.group()).distinct())
                .as("types that signatures name")
                .isSubsetOf(names);
    }

    /** Fails unless each type has {@code @since}. */
    public void checkThatAllSaySinceWhen() throws IOException {
        for (Class<?> type : types) {
            String source = Files.readString(sources.resolve(type.getName().replace('.', '/') + ".java"));
            assertThat(source).as(type.getName()).containsPattern("(?s)@since \\d+\\.\\d+\\.\\d+\\n.*\npublic ");
        }
    }

    private String text() {
        List<String> lines = new ArrayList<>();
        types.forEach(type -> describe(type, lines));
        return String.join("\n", lines) + "\n";
    }

    private static void describe(Class<?> type, List<String> lines) {
        // Newer versions of Java also print whether a type is sealed.
        lines.add(type.toGenericString().replaceFirst(" (non-)?sealed ", " ") + supertypes(type));
        Stream<Member> members = Stream.of(
                        type.getDeclaredFields(), type.getDeclaredConstructors(), type.getDeclaredMethods())
                .flatMap(Arrays::stream);
        members.filter(member -> !member.isSynthetic() && isVisible(member.getModifiers()))
                .map(member -> type.getName() + ": " + describe(member))
                .sorted()
                .forEach(lines::add);
        Stream.of(type.getDeclaredClasses())
                .filter(nested -> isVisible(nested.getModifiers()))
                .sorted(Comparator.comparing(Class::getName))
                .forEach(nested -> describe(nested, lines));
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static String supertypes(Class<?> type) {
        List<Type> all = new ArrayList<>(List.of(type.getGenericInterfaces()));
        if (type.getGenericSuperclass() != null) {
            all.add(0, type.getGenericSuperclass());
        }
        return all.stream().map(Type::getTypeName).collect(Collectors.joining(", ", " : ", ""));
    }

    private static String describe(Member member) {
        if (member instanceof Constructor<?> constructor) {
            return constructor.toGenericString();
        }
        if (member instanceof Method method) {
            Object value = method.getDefaultValue();
            return method.toGenericString() + (value == null ? "" : " default " + value);
        }
        Field field = (Field) member;
        return field.toGenericString() + constant(field);
    }

    private static String constant(Field field) {
        boolean isConstant = Modifier.isStatic(field.getModifiers())
                && Modifier.isFinal(field.getModifiers())
                && (field.getType().isPrimitive() || field.getType() == String.class);
        try {
            return isConstant ? " = " + field.get(null) : "";
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
