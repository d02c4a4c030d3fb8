package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.CacheRetrieveMode;
import jakarta.persistence.CacheStoreMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.hibernate.Session;

/**
 * One version of an application whose entity {@code shop.Item} the test compiles, in a separate class loader. Results
 * are returned as text, so that versions can be compared.
 */
final class Release implements AutoCloseable {

    private static final String HEAD = "package shop;\n"
            + "import jakarta.persistence.*;\n"
            + "import java.util.*;\n"
            + "import org.hibernate.annotations.Cache;\n"
            + "import org.hibernate.annotations.CacheConcurrencyStrategy;\n";

    final Application application;
    private final Class<?> item;

    private Release(Application application, Class<?> item) {
        this.application = application;
        this.item = item;
    }

    /** Compiles the sources of the package {@code shop}. */
    static Path compile(Path folder, String... sources) throws IOException {
        Path classes = Files.createTempDirectory(folder, "release");
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        List<JavaFileObject> files = new ArrayList<>();
        for (String source : sources) {
            String name = source.replaceAll("(?s).*?public (?:abstract )?(?:class|enum) (\\w+).*", "$1");
            files.add(
                    new SimpleJavaFileObject(
                            URI.create("string:///shop/" + name + ".java"), JavaFileObject.Kind.SOURCE) {
                        @Override
                        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                            return HEAD + source;
                        }
                    });
        }
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(problems, null, null)) {
            manager.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
            List<String> options = List.of("-proc:none", "-classpath", System.getProperty("java.class.path"));
            assertThat(compiler.getTask(null, manager, problems, options, null, files)
                            .call())
                    .as(problems.getDiagnostics().toString())
                    .isTrue();
        }
        return classes;
    }

    /** Starts the classes from {@link #compile}; the first entity is the one that is read and written. */
    static Release start(String name, Path classes, String... entities) {
        try {
            URL[] urls = {classes.toUri().toURL()};
            ClassLoader loader = new URLClassLoader(urls, Release.class.getClassLoader());
            Class<?>[] types = new Class<?>[entities.length];
            for (int i = 0; i < entities.length; i++) {
                types[i] = loader.loadClass("shop." + entities[i]);
            }
            return new Release(Application.on(name, types).classLoader(loader).start(), types[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    void insert(long id, int seed) {
        application.transact(session -> {
            try {
                Object made = item.getDeclaredConstructor().newInstance();
                item.getField("id").set(made, id);
                fill(made, seed);
                session.persist(made);
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        });
    }

    void update(long id, int seed) {
        application.transact(session -> fill(session.find(item, id), seed));
    }

    /** Sets all attributes to values that depend on the seed, whatever their types are. */
    private static void fill(Object target, int seed) {
        int number = 10 * seed;
        for (Field field : attributes(target.getClass())) {
            try {
                if (List.class.isAssignableFrom(field.getType())) {
                    @SuppressWarnings("unchecked")
                    List<Object> list = (List<Object>) field.get(target);
                    list.clear();
                    list.add(value(elementType(field), number++));
                    list.add(value(elementType(field), number++));
                } else {
                    field.set(target, value(field.getType(), number++));
                }
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static Class<?> elementType(Field list) {
        return (Class<?>) ((ParameterizedType) list.getGenericType()).getActualTypeArguments()[0];
    }

    private static Object value(Class<?> type, int number) throws ReflectiveOperationException {
        if (type.isEnum()) {
            // The constants that every version has.
            String name = number / 10 % 2 == 0 ? "NEW" : "SOLD";
            return Stream.of(type.getEnumConstants())
                    .filter(constant -> constant.toString().equals(name))
                    .findFirst()
                    .orElseThrow();
        } else if (boxed(type) == Integer.class) {
            return number;
        } else if (boxed(type) == Long.class) {
            return (long) number;
        } else if (type == String.class) {
            return String.valueOf(number);
        } else {
            Object embeddable = type.getDeclaredConstructor().newInstance();
            fill(embeddable, number);
            return embeddable;
        }
    }

    /** The values from the cache or the database, by attribute name. */
    Map<String, String> read(long id) {
        return application.inTransaction(session -> describe(session, id));
    }

    /** The values from the database. */
    Map<String, String> truth(long id) {
        return application.inTransaction(session -> {
            session.setCacheRetrieveMode(CacheRetrieveMode.BYPASS);
            session.setCacheStoreMode(CacheStoreMode.BYPASS);
            return describe(session, id);
        });
    }

    private Map<String, String> describe(Session session, long id) {
        Object found = session.find(item, id);
        Map<String, String> values = new TreeMap<>();
        for (Field field : attributes(item)) {
            try {
                Object value = field.get(found);
                if (value instanceof List<?> list) {
                    value = new ArrayList<>(list);
                    assertThat(list).hasOnlyElementsOfType(elementType(field));
                }
                values.put(field.getName(), String.valueOf(value));
            } catch (IllegalAccessException e) {
                throw new AssertionError(e);
            }
        }
        return values;
    }

    /** The results of queries, cached or not: of entities, and of each attribute alone. */
    List<String> query(boolean cacheable) {
        return application.inTransaction(session -> {
            List<String> results = new ArrayList<>();
            session.createQuery("from Item i order by i.id", Object.class)
                    .setCacheable(cacheable)
                    .list()
                    .forEach(found -> results.add(String.valueOf(session.getIdentifier(found))));
            for (Field field : attributes(item)) {
                if (!List.class.isAssignableFrom(field.getType())) {
                    String hql = "select i." + field.getName() + " from Item i order by i.id";
                    for (Object value : session.createQuery(hql, Object.class)
                            .setCacheable(cacheable)
                            .list()) {
                        results.add(field.getName() + "=" + value);
                        assertThat(value == null || value.getClass() == boxed(field.getType()))
                                .as(hql + ": " + value)
                                .isTrue();
                    }
                }
            }
            return results;
        });
    }

    private static Class<?> boxed(Class<?> type) {
        return type == int.class ? Integer.class : type == long.class ? Long.class : type;
    }

    private static List<Field> attributes(Class<?> type) {
        List<Field> attributes = new ArrayList<>();
        for (Field field : type.getFields()) {
            boolean key = field.getName().equals("id") || field.getName().equals("version");
            if (!key && (field.getModifiers() & Modifier.STATIC) == 0) {
                attributes.add(field);
            }
        }
        return attributes;
    }

    ClassLoader loader() {
        return item.getClassLoader();
    }

    @Override
    public void close() {
        application.close();
    }
}
