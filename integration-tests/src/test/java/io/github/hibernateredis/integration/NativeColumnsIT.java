package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.assertj.core.presentation.StandardRepresentation;
import org.hibernate.Session;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.query.NativeQuery;
import org.hibernate.type.SqlTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Native queries without a mapping: only the database determines the types of the columns. */
class NativeColumnsIT {

    enum Size {
        SMALL,
        LARGE
    }

    @Entity(name = "Garment")
    @Cacheable
    static class Garment {
        @Id
        Long id;

        @Enumerated(EnumType.STRING)
        Size fit;
    }

    @Entity(name = "NamedGarment")
    @Table(name = "Garment")
    @Cacheable
    static class NamedGarment {
        @Id
        Long id;

        @Enumerated(EnumType.STRING)
        @JdbcTypeCode(SqlTypes.NAMED_ENUM)
        Size fit;
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class Columns {

        /** The part of an object's text that differs from object to object. */
        private static final Pattern BOUND = Pattern.compile("(clob|blob|rs|@)[0-9a-f]+");

        private final PrintStream console = System.err;
        private final ByteArrayOutputStream log = new ByteArrayOutputStream();
        Application one;
        Application two;

        abstract Application start(String prefix);

        abstract Object garment(Long id, Size fit);

        @BeforeAll
        void twoInstances() {
            one = start(getClass().getSimpleName());
            two = start(getClass().getSimpleName());
            one.transact(session -> {
                session.persist(garment(1L, Size.SMALL));
                session.persist(garment(2L, null));
            });
        }

        @AfterAll
        void close() {
            one.close();
            two.close();
        }

        @BeforeEach
        void listen() {
            System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        }

        @AfterEach
        void hearNothing() {
            System.setErr(console);
            String text = log.toString(StandardCharsets.UTF_8);
            log.reset();
            console.print(text);
            assertThat(text).doesNotContain("Unknown type", "another mapping", "damaged");
        }

        void assertShared(String expression) {
            assertShared(expression, 0);
        }

        /** Reads the value and a null. */
        void assertShared(String expression, int statements) {
            String sql = "select case when id = 1 then " + expression + " end as c, id from Garment order by id";
            String loaded;
            try {
                loaded = read(one, sql, false);
            } catch (RuntimeException e) {
                assumeTrue(false, "The ORM cannot read it: " + e.getMessage());
                return;
            }
            for (int loads = 0; loads < 3; loads++) { // the first one may not know the newest stamp yet
                assertThat(read(one, sql, true)).isEqualTo(loaded);
            }
            assertThat(two.statements(() -> assertThat(read(two, sql, true)).isEqualTo(loaded)))
                    .as("statements of the second instance")
                    .isEqualTo(statements);
        }

        /** Objects that are bound to their connection are represented by their class. */
        private static String read(Application node, String sql, boolean cacheable) {
            Function<Session, String> text = session -> rows(session, sql, cacheable).stream()
                    .map(row -> StandardRepresentation.STANDARD_REPRESENTATION.toStringOf(row))
                    .map(row -> BOUND.matcher(row).replaceAll("$1"))
                    .toList()
                    .toString();
            return node.inTransaction(text);
        }

        private static List<?> rows(Session session, String sql, boolean cacheable) {
            NativeQuery<?> query = session.createNativeQuery(sql, Object[].class);
            query.addSynchronizedQuerySpace("Garment").setCacheable(cacheable);
            return query.list();
        }

        @Test
        void enumOfTheMapping() {
            assertShared("fit");
        }
    }

    @Nested
    class OnH2 extends Columns {

        @Override
        Application start(String prefix) {
            return Application.on("native-columns", Garment.class)
                    .keyPrefix(prefix)
                    .start();
        }

        @Override
        Object garment(Long id, Size fit) {
            Garment garment = new Garment();
            garment.id = id;
            garment.fit = fit;
            return garment;
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "cast('a' as char(3))",
                    "cast('a' as varchar)",
                    "cast('a' as varchar_ignorecase)",
                    "cast(X'0102' as binary(2))",
                    "cast(X'0102' as varbinary)",
                    "true",
                    "cast(1 as tinyint)",
                    "cast(1 as smallint)",
                    "cast(1 as integer)",
                    "cast(1 as bigint)",
                    "cast(1.50 as numeric(10, 2))",
                    "cast(1.5 as real)",
                    "cast(1.5 as double precision)",
                    "cast(1.5 as decfloat)",
                    "date '2024-02-29'",
                    "time '12:34:56.789'",
                    "time with time zone '12:34:56+02:00'",
                    "timestamp '2024-02-29 12:34:56.789'",
                    "timestamp with time zone '2024-02-29 12:34:56+02:00'",
                    "cast('SMALL' as enum('SMALL', 'LARGE'))",
                    "json '{\"a\": 1}'",
                    "uuid '11111111-2222-3333-4444-555555555555'",
                    "array[1, 2]",
                    "array['a', 'b']",
                    "array[array[1], array[2]]",
                    "cast(array['a'] as varchar array)",
                    "array[uuid '11111111-2222-3333-4444-555555555555']",
                    "array[date '2024-02-29']",
                    "cast(X'aced00057400016a' as java_object)"
                })
        void everyType(String expression) {
            assertShared(expression);
        }

        /** Values that are bound to their connection, and the driver's own classes, which would have to be allowed. */
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "cast('a' as clob)",
                    "cast(X'0102' as blob)",
                    "interval '1' year",
                    "interval '1-2' year to month",
                    "interval '1 02:03:04' day to second",
                    "row(1, 'a')"
                })
        void whatIsNotCached(String expression) {
            assertShared(expression, 1);
        }
    }

    @Nested
    class OnPostgres extends Columns {

        @Override
        Application start(String prefix) {
            return Application.on("native-columns", NamedGarment.class)
                    .keyPrefix(prefix)
                    .set("jakarta.persistence.jdbc.url", PostgresServer.url())
                    .unset("jakarta.persistence.jdbc.user")
                    .unset("jakarta.persistence.jdbc.password")
                    .set("hibernate.hbm2ddl.auto", one == null ? "create" : "none")
                    .start();
        }

        @Override
        Object garment(Long id, Size fit) {
            NamedGarment garment = new NamedGarment();
            garment.id = id;
            garment.fit = fit;
            return garment;
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "true",
                    "1::int2",
                    "1::int4",
                    "1::int8",
                    "1.5::float4",
                    "1.5::float8",
                    "1.50::numeric",
                    "1.5::money",
                    "'a'::text",
                    "'a'::varchar(3)",
                    "'a'::char(3)",
                    "'a'::name",
                    "'a'::\"char\"",
                    "'\\x0102'::bytea",
                    "'11111111-2222-3333-4444-555555555555'::uuid",
                    "'{\"a\": 1}'::json",
                    "'{\"a\": 1}'::jsonb",
                    "'10.0.0.1'::inet",
                    "'101'::bit(3)",
                    "1::oid",
                    "date '2024-02-29'",
                    "time '12:34:56.789'",
                    "timetz '12:34:56+02'",
                    "timestamp '2024-02-29 12:34:56.789'",
                    "timestamptz '2024-02-29 12:34:56+02'",
                    "'SMALL'::size",
                    "array['SMALL'::size]",
                    "array[1, 2]",
                    "array['a', 'b']",
                    "array[true]",
                    "array[1.5::numeric]",
                    "array[1.5::float8]",
                    "array[array[1], array[2]]",
                    "array['11111111-2222-3333-4444-555555555555'::uuid]",
                    "array[date '2024-02-29']",
                    "array[timestamptz '2024-02-29 12:34:56+02']",
                    "array['{}'::jsonb]"
                })
        void everyType(String expression) {
            assertShared(expression);
        }

        /** The driver's own classes, which would have to be allowed. */
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "'<a/>'::xml",
                    "'10.0.0.0/8'::cidr",
                    "'08:00:2b:01:02:03'::macaddr",
                    "'1 day 02:03:04'::interval",
                    "'(1,2)'::point",
                    "'((1,2),(3,4))'::box",
                    "'101'::varbit",
                    "'a & b'::tsquery",
                    "'a b'::tsvector",
                    "'[1,3)'::int4range",
                    "row(1, 'a')"
                })
        void whatIsNotCached(String expression) {
            assertShared(expression, 1);
        }
    }
}
