package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Calendar;
import java.util.Currency;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.hibernate.Hibernate;
import org.hibernate.Session;
import org.hibernate.bytecode.enhance.spi.DefaultEnhancementContext;
import org.hibernate.bytecode.enhance.spi.Enhancer;
import org.hibernate.bytecode.enhance.spi.UnloadedClass;
import org.hibernate.bytecode.enhance.spi.UnloadedField;
import org.hibernate.bytecode.internal.BytecodeProviderInitiator;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.type.BasicTypeReference;
import org.hibernate.type.StandardBasicTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An entity that the test compiles and enhances, with two attributes of each basic type in the ORM's list: one fetched
 * eagerly and one fetched lazily.
 */
class BasicTypeListIT {

    /** Locators are bound to their connection; H2 has no columns for vectors and arbitrary objects. */
    private static final Set<String> WITHOUT = Set.of(
            "BLOB",
            "CLOB",
            "NCLOB",
            "OBJECT_TYPE",
            "VECTOR",
            "VECTOR_BINARY",
            "VECTOR_FLOAT16",
            "VECTOR_FLOAT32",
            "VECTOR_FLOAT64",
            "VECTOR_INT8");

    private static final Map<String, String> CONVERTED = Map.of(
            "NUMERIC_BOOLEAN", "NumericBooleanConverter",
            "TRUE_FALSE", "TrueFalseConverter",
            "YES_NO", "YesNoConverter");

    private static final LocalDateTime DATE_TIME = LocalDateTime.of(2024, 2, 29, 12, 30, 45, 123_456_000);

    @TempDir
    static Path folder;

    /** A type in the list. The constant provides its Java type, because the reference names differ between versions. */
    private record Listed(Class<?> java, int sqlType) {

        static Listed of(Field constant, BasicTypeReference<?> reference) {
            java.lang.reflect.Type java = ((ParameterizedType) constant.getGenericType()).getActualTypeArguments()[0];
            return new Listed(
                    (Class<?>) (java instanceof ParameterizedType generic ? generic.getRawType() : java),
                    reference.getSqlTypeCode());
        }
    }

    private static Map<String, Listed> types() throws IllegalAccessException {
        Map<String, Listed> types = new TreeMap<>();
        Set<String> left = new TreeSet<>(WITHOUT);
        for (Field field : StandardBasicTypes.class.getFields()) {
            if (field.get(null) instanceof BasicTypeReference<?> reference && !left.remove(field.getName())) {
                types.put(field.getName(), Listed.of(field, reference));
            }
        }
        return types;
    }

    private static String attribute(String name, Listed type, String fetch) {
        String converter = CONVERTED.get(name);
        String mapping = converter == null
                ? "@org.hibernate.annotations.JdbcTypeCode(" + type.sqlType() + ")"
                : "@Convert(converter = org.hibernate.type." + converter + ".class)";
        String temporal = Date.class == type.java() || Calendar.class == type.java()
                ? " @Temporal(TemporalType."
                        + (name.endsWith("DATE") ? "DATE" : name.endsWith("TIME") ? "TIME" : "TIMESTAMP") + ")"
                : "";
        String attribute = fetch.toLowerCase(Locale.ROOT) + "_" + name;
        boolean sized = type.java().isArray() || type.java() == Serializable.class;
        String length = sized ? "@Column(length = 4000) " : "";
        String java = type.java().getCanonicalName();
        return "@Basic(fetch = FetchType." + fetch + ") " + length
                + mapping + temporal + " public "
                + java
                + " " + attribute + ";\n"
                + "public " + java + " get_" + attribute + "() { return " + attribute + "; }\n";
    }

    /** A value of each Java type that fits into the smallest column for it. */
    private static Object value(Class<?> type) {
        Calendar calendar = Calendar.getInstance();
        calendar.setTimeInMillis(1_600_000_000_000L);
        try {
            List<?> values = List.of(
                    true,
                    (byte) -8,
                    (short) 300,
                    Integer.MIN_VALUE,
                    Long.MAX_VALUE,
                    1.5f,
                    -2.5,
                    new BigInteger("-1234567890123"),
                    new BigDecimal("12345.67"),
                    'x',
                    "a text, \u20ac",
                    "chars".toCharArray(),
                    new Character[] {'a', 'b'},
                    new byte[] {0, -1},
                    new Byte[] {1, 2},
                    Duration.ofSeconds(5, 7000),
                    DATE_TIME,
                    DATE_TIME.toLocalDate(),
                    LocalTime.of(23, 59, 58),
                    OffsetDateTime.of(DATE_TIME, ZoneOffset.UTC),
                    OffsetTime.of(LocalTime.of(1, 2, 3), ZoneOffset.UTC),
                    ZonedDateTime.of(DATE_TIME, ZoneId.of("UTC")),
                    DATE_TIME.toInstant(ZoneOffset.UTC),
                    Time.valueOf("05:06:07"),
                    java.sql.Date.valueOf(LocalDate.of(2026, 3, 4)),
                    Timestamp.valueOf(DATE_TIME),
                    calendar,
                    new UUID(1, -1),
                    String.class,
                    Locale.forLanguageTag("zh-Hant-TW"),
                    Currency.getInstance("NZD"),
                    ZoneOffset.ofHours(5),
                    TimeZone.getTimeZone("America/New_York"),
                    URI.create("https://example.org/a?b=c").toURL());
            return type == Date.class
                    ? Timestamp.valueOf(DATE_TIME)
                    : values.stream().filter(type::isInstance).findFirst().orElseThrow();
        } catch (MalformedURLException e) {
            throw new AssertionError(e);
        }
    }

    /** Enhances the classes below the folder. */
    private static ClassLoader enhancing(Path classes) throws MalformedURLException {
        return new URLClassLoader(new URL[] {classes.toUri().toURL()}, BasicTypeListIT.class.getClassLoader()) {

            private final Enhancer enhancer = BytecodeProviderInitiator.buildDefaultBytecodeProvider()
                    .getEnhancer(new DefaultEnhancementContext() {
                        @Override
                        public ClassLoader getLoadingClassLoader() {
                            return BasicTypeListIT.class.getClassLoader();
                        }

                        @Override
                        public boolean hasLazyLoadableAttributes(UnloadedClass type) {
                            return true;
                        }

                        @Override
                        public boolean isLazyLoadable(UnloadedField field) {
                            return true; // the mapping determines which ones are lazy
                        }
                    });

            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                Path file = classes.resolve(name.replace('.', '/') + ".class");
                if (!Files.exists(file)) {
                    throw new ClassNotFoundException(name);
                }
                try {
                    byte[] original = Files.readAllBytes(file);
                    byte[] bytes = enhancer.enhance(name, original);
                    return defineClass(name, bytes, 0, bytes.length);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    @Test
    void everyTypeIsReadAsTheDatabaseHasItEagerlyAndLazily() throws Exception {
        StringBuilder source =
                new StringBuilder("@Entity(name = \"Typed\") @Cacheable public class Typed {\n@Id public Long id;\n");
        types().forEach((name, type) ->
                source.append(attribute(name, type, "EAGER")).append(attribute(name, type, "LAZY")));
        Path classes = Release.compile(folder, source.append("}").toString());
        Class<?> typed = enhancing(classes).loadClass("shop.Typed");

        try (Application node = Application.on("basic-type-list", typed)
                .classLoader(typed.getClassLoader())
                .set(AvailableSettings.GLOBALLY_QUOTED_IDENTIFIERS, "true")
                .set(AvailableSettings.WRAPPER_ARRAY_HANDLING, "LEGACY")
                .start()) {
            for (long id = 1; id <= 2; id++) {
                Object entity = typed.getDeclaredConstructor().newInstance();
                typed.getField("id").set(entity, id);
                if (id == 1) {
                    for (Map.Entry<String, Listed> type : types().entrySet()) {
                        Object value = value(type.getValue().java());
                        typed.getField("eager_" + type.getKey()).set(entity, value);
                        typed.getField("lazy_" + type.getKey()).set(entity, value);
                    }
                }
                node.transact(session -> session.persist(entity));
            }
            for (long id = 1; id <= 2; id++) {
                check(node, typed, id);
            }
        }
    }

    private static void check(Application node, Class<?> typed, long id) {
        node.factory().getCache().evictAllRegions();
        Map<String, Object> truth = node.inTransaction(session -> read(session, typed, id));
        node.factory().getCache().evictAllRegions();
        // Stored without the lazy attributes, and then with them.
        node.find(typed, id);
        node.find(typed, id);
        for (int i = 0; i < 2; i++) {
            assertThat(node.isCached(() -> node.transact(session -> {
                        Object found = session.find(typed, id);
                        assertThat(Hibernate.isPropertyInitialized(found, "eager_STRING"))
                                .isTrue();
                    })))
                    .as("hit %s", id)
                    .isTrue();
            node.transact(session -> {
                Map<String, Object> cached = read(session, typed, id);
                truth.forEach((name, value) -> {
                    assertThat(cached.get(name)).as(name).isEqualTo(value);
                    if (value != null) {
                        assertThat(cached.get(name).getClass()).as(name).isEqualTo(value.getClass());
                    }
                });
                assertThat(session.isDirty()).as("taken as changed").isFalse();
            });
        }
    }

    private static Map<String, Object> read(Session session, Class<?> typed, long id) {
        Object found = session.find(typed, id);
        Map<String, Object> values = new LinkedHashMap<>();
        try {
            for (String name : types().keySet()) {
                for (String fetch : List.of("eager_", "lazy_")) {
                    values.put(
                            fetch + name, typed.getMethod("get_" + fetch + name).invoke(found));
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
        return values;
    }
}
