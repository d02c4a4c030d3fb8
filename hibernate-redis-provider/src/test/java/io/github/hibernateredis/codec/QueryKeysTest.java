package io.github.hibernateredis.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.codec.CodecDomain.Color;
import io.github.hibernateredis.codec.CodecDomain.Money;
import jakarta.persistence.EntityManager;
import java.lang.reflect.Constructor;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.hibernate.cache.spi.QueryKey;
import org.hibernate.query.internal.QueryParameterBindingsImpl;
import org.junit.jupiter.api.Test;

class QueryKeysTest {

    final List<String> warnings = new ArrayList<>();
    final QueryKeys keys = new QueryKeys(warnings::add);

    static QueryKey key(String sql, Integer first, Integer max, Set<String> filters, Object... values) {
        try {
            Class<?> memento = Arrays.stream(QueryParameterBindingsImpl.class.getDeclaredClasses())
                    .filter(c -> c.getSimpleName().equals("ParameterBindingsMementoImpl"))
                    .findFirst()
                    .orElseThrow();
            Constructor<?> constructor = memento.getDeclaredConstructor(Object[].class, int.class);
            constructor.setAccessible(true);
            var bindings =
                    (QueryKey.ParameterBindingsMemento) constructor.newInstance(values, Arrays.deepHashCode(values));
            return new QueryKey(sql, bindings, first, max, filters);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    String name(Object... values) {
        return keys.name(key("select", null, null, Set.of(), values));
    }

    @Test
    void isTheSameOnEveryJvm() {
        QueryKey key = key(
                "select a from b where c=?",
                5,
                10,
                new LinkedHashSet<>(List.of("z", "a")),
                null,
                1,
                "x",
                Color.GREEN,
                LocalDate.of(2026, 1, 2),
                new byte[] {1, 2},
                new Object[] {1L, null},
                new BigDecimal("1.50"));
        assertThat(keys.name(key)).isEqualTo("pvW7kQixbmQHDwus0amrOA");
    }

    @Test
    void tellsDifferentQueriesApart() {
        Set<String> names = new LinkedHashSet<>();
        List<String> all = new ArrayList<>();
        for (QueryKey key : List.of(
                key("select", null, null, Set.of()),
                key("select ", null, null, Set.of()),
                key("select", 0, null, Set.of()),
                key("select", null, 0, Set.of()),
                key("select", 1, 2, Set.of()),
                key("select", 2, 1, Set.of()),
                key("select", null, null, Set.of("f")),
                key("select", null, null, Set.of("f", "g")),
                key("select", null, null, Set.of("fg")),
                key("select", null, null, Set.of(), (Object) null),
                key("select", null, null, Set.of(), null, null),
                key("select", null, null, Set.of(), 1),
                key("select", null, null, Set.of(), 1L),
                key("select", null, null, Set.of(), "1"),
                key("select", null, null, Set.of(), '1'),
                key("select", null, null, Set.of(), 1, 2),
                key("select", null, null, Set.of(), 2, 1),
                key("select", null, null, Set.of(), new Object[] {new Object[] {1, 2}}),
                key("select", null, null, Set.of(), new Object[] {new Object[] {1}, 2}),
                key("select", null, null, Set.of(), List.of(1, 2)),
                key("select", null, null, Set.of(), Set.of(1, 2)),
                key("select", null, null, Set.of(), "a", "bc"),
                key("select", null, null, Set.of(), "ab", "c"),
                key("select", null, null, Set.of(), Color.RED),
                key("select", null, null, Set.of(), Color.BLUE),
                key("select", null, null, Set.of(), "RED"))) {
            String name = keys.name(key);
            names.add(name);
            all.add(name);
        }
        assertThat(names).hasSameSizeAs(all).allSatisfy(name -> assertThat(name).hasSize(22));
    }

    @Test
    void ignoresTheOrderThatASetHappensToHave() {
        assertThat(name(new LinkedHashSet<>(List.of("a", "b"))))
                .isEqualTo(name(new LinkedHashSet<>(List.of("b", "a"))));
        assertThat(keys.name(key("s", null, null, new LinkedHashSet<>(List.of("a", "b")))))
                .isEqualTo(keys.name(key("s", null, null, new LinkedHashSet<>(List.of("b", "a")))));
    }

    @Test
    void refusesValuesWithoutACanonicalForm() {
        Object stranger = new Money(BigDecimal.ONE, Currency.getInstance("EUR"));
        assertThat(name(stranger)).isNull();
        assertThat(name(1, new Object[] {stranger})).isNull();
        assertThat(warnings).singleElement().asString().contains(Money.class.getName());
    }

    @Test
    void readsTheKeysThatTheOrmMakes() {
        try (Domain domain = new Domain()) {
            List<String> names = new ArrayList<>();
            domain.regions.queryKeys = key -> names.add(keys.name((QueryKey) key));
            domain.inTransaction(session -> {
                EntityManager manager = session; // its signatures are the same in all versions
                for (Color color : List.of(Color.GREEN, Color.GREEN, Color.RED)) {
                    manager.createQuery("select e.id from Everything e where e.color = :c", Long.class)
                            .setParameter("c", color)
                            .setHint("org.hibernate.cacheable", true)
                            .getResultList();
                }
                return null;
            });
            assertThat(names).hasSize(3).doesNotContainNull();
            assertThat(names.get(0)).isEqualTo(names.get(1)).isNotEqualTo(names.get(2));
        }
    }
}
