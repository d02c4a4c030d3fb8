package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hibernate.annotations.CacheConcurrencyStrategy.READ_WRITE;

import jakarta.persistence.Cacheable;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import java.io.Serializable;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hibernate.Session;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.JavaType;
import org.hibernate.annotations.MapKeyJavaType;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.NaturalIdCache;
import org.hibernate.annotations.Type;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.AbstractClassJavaType;
import org.hibernate.type.descriptor.java.ImmutableMutabilityPlan;
import org.hibernate.type.descriptor.java.MutabilityPlan;
import org.hibernate.type.descriptor.jdbc.JdbcType;
import org.hibernate.type.descriptor.jdbc.JdbcTypeIndicators;
import org.hibernate.type.descriptor.jdbc.VarcharJdbcType;
import org.hibernate.usertype.EnhancedUserType;
import org.hibernate.usertype.UserType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The application's own types wherever a key can contain their values. */
class OwnTypesIT {

    /** The base class of the values of all types here; each type has a subclass, because the classes must differ. */
    abstract static class Label {
        final String text;

        Label(String text) {
            this.text = text;
        }

        @Override
        public boolean equals(Object other) {
            return other != null && other.getClass() == getClass() && text.equals(((Label) other).text);
        }

        @Override
        public int hashCode() {
            return text.hashCode();
        }

        /** Differs from object to object. */
        @Override
        public String toString() {
            return "label@" + System.identityHashCode(this);
        }
    }

    /** A user type that binds a text. */
    public abstract static class LabelType<T extends Label> implements UserType<T> {

        private final Class<T> type;
        final Function<String, T> maker;

        LabelType(Class<T> type, Function<String, T> maker) {
            this.type = type;
            this.maker = maker;
        }

        @Override
        public int getSqlType() {
            return Types.VARCHAR;
        }

        @Override
        public Class<T> returnedClass() {
            return type;
        }

        @Override
        public boolean equals(T one, T two) {
            return Objects.equals(one, two);
        }

        @Override
        public int hashCode(T value) {
            return value.hashCode();
        }

        private T get(ResultSet row, int position) throws SQLException {
            String text = row.getString(position);
            return text == null ? null : maker.apply(text);
        }

        void set(PreparedStatement statement, T value, int index) throws SQLException {
            if (value == null) {
                statement.setNull(index, Types.VARCHAR);
            } else {
                statement.setString(index, value.text);
            }
        }

        /** The signature in ORM 6. */
        public T nullSafeGet(ResultSet row, int position, SharedSessionContractImplementor session, Object owner)
                throws SQLException {
            return get(row, position);
        }

        /** The signature from ORM 7 on. */
        public T nullSafeGet(ResultSet row, int position, WrapperOptions options) throws SQLException {
            return get(row, position);
        }

        /** The signature in ORM 6. */
        public void nullSafeSet(
                PreparedStatement statement, T value, int index, SharedSessionContractImplementor session)
                throws SQLException {
            set(statement, value, index);
        }

        /** The signature from ORM 7 on. */
        public void nullSafeSet(PreparedStatement statement, T value, int index, WrapperOptions options)
                throws SQLException {
            set(statement, value, index);
        }

        @Override
        public T deepCopy(T value) {
            return value;
        }

        @Override
        public boolean isMutable() {
            return false;
        }

        @Override
        public Serializable disassemble(T value) {
            return (Serializable) value;
        }

        @Override
        public T assemble(Serializable cached, Object owner) {
            return type.cast(cached);
        }
    }

    /** Its disassembled form is the object itself. */
    static final class Plain extends Label implements Serializable {
        private static final long serialVersionUID = 1L;

        Plain(String text) {
            super(text);
        }
    }

    public static final class PlainType extends LabelType<Plain> {
        public PlainType() {
            super(Plain.class, Plain::new);
        }
    }

    /** Has no disassembled form, so the ORM caches it only as an identifier. */
    static final class Loose extends Label {
        Loose(String text) {
            super(text);
        }
    }

    public static final class LooseType extends LabelType<Loose> {
        public LooseType() {
            super(Loose.class, Loose::new);
        }

        @Override
        public Serializable disassemble(Loose value) {
            if (value == null) {
                return null;
            }
            throw new UnsupportedOperationException();
        }
    }

    /** Its disassembled form is a text. */
    static final class Apart extends Label {
        Apart(String text) {
            super(text);
        }
    }

    public static final class ApartType extends LabelType<Apart> {
        public ApartType() {
            super(Apart.class, Apart::new);
        }

        @Override
        public Serializable disassemble(Apart value) {
            return value == null ? null : value.text;
        }

        @Override
        public Apart assemble(Serializable cached, Object owner) {
            return cached == null ? null : new Apart((String) cached);
        }
    }

    /** Its text can be parsed, but contains only the first letter. */
    static final class Lossy extends Label implements Serializable {
        private static final long serialVersionUID = 1L;

        Lossy(String text) {
            super(text);
        }
    }

    public static final class LossyType extends LabelType<Lossy> implements EnhancedUserType<Lossy> {
        public LossyType() {
            super(Lossy.class, Lossy::new);
        }

        @Override
        public String toSqlLiteral(Lossy value) {
            return '\'' + value.text + '\'';
        }

        @Override
        public String toString(Lossy value) {
            return value.text.substring(0, 1);
        }

        @Override
        public Lossy fromStringValue(CharSequence text) {
            return new Lossy(text.toString());
        }
    }

    /** With a Java type of the application. */
    static final class Described extends Label implements Serializable {
        private static final long serialVersionUID = 1L;

        Described(String text) {
            super(text);
        }
    }

    public static final class DescribedType extends AbstractClassJavaType<Described> {
        private static final long serialVersionUID = 1L;

        public DescribedType() {
            super(Described.class, plan());
        }

        @SuppressWarnings("unchecked")
        private static MutabilityPlan<Described> plan() {
            return (MutabilityPlan<Described>) (MutabilityPlan<?>) ImmutableMutabilityPlan.INSTANCE;
        }

        @Override
        public JdbcType getRecommendedJdbcType(JdbcTypeIndicators indicators) {
            return VarcharJdbcType.INSTANCE;
        }

        @Override
        public String toString(Described value) {
            return value.text;
        }

        @Override
        public Described fromString(CharSequence text) {
            return new Described(text.toString());
        }

        @Override
        public <X> X unwrap(Described value, Class<X> type, WrapperOptions options) {
            return value == null ? null : type.cast(type == Described.class ? value : value.text);
        }

        @Override
        public <X> Described wrap(X value, WrapperOptions options) {
            return value == null || value instanceof Described ? (Described) value : new Described((String) value);
        }
    }

    /** No key can be built from it: only the driver knows the bound value. */
    static final class Opaque extends Label implements Serializable {
        private static final long serialVersionUID = 1L;

        Opaque(String text) {
            super(text);
        }
    }

    public static final class OpaqueType extends LabelType<Opaque> {
        public OpaqueType() {
            super(Opaque.class, Opaque::new);
        }

        @Override
        void set(PreparedStatement statement, Opaque value, int index) throws SQLException {
            assertThat(statement.getConnection()).isNotNull();
            super.set(statement, value, index);
        }
    }

    @MappedSuperclass
    abstract static class Item {

        abstract Set<String> words();

        abstract Object id();
    }

    @Entity(name = "ByPlain")
    @Cacheable
    static class ByPlain extends Item {
        @Id
        @Type(PlainType.class)
        Plain id;

        @ElementCollection
        @Cache(usage = READ_WRITE)
        Set<String> words = new HashSet<>();

        @ElementCollection
        @Cache(usage = READ_WRITE)
        @MapKeyJavaType(DescribedType.class)
        Map<Described, Integer> numbers = new HashMap<>();

        @OneToMany(mappedBy = "owner")
        @Cache(usage = READ_WRITE)
        List<Owned> owned = new ArrayList<>();

        @Override
        Set<String> words() {
            return words;
        }

        @Override
        Object id() {
            return id;
        }
    }

    @Entity(name = "Owned")
    @Cacheable
    static class Owned {
        @Id
        Long id;

        @ManyToOne(fetch = FetchType.LAZY)
        ByPlain owner;
    }

    @Entity(name = "ByLoose")
    @Cacheable
    static class ByLoose {
        @Id
        @Type(LooseType.class)
        Loose id;

        String content;
    }

    @Embeddable
    record LooseParts(
            @Type(LooseType.class) Loose loose,
            @Type(ApartType.class) Apart apart,
            LocalDate day) {}

    @Entity(name = "ByLooseParts")
    @Cacheable
    static class ByLooseParts {
        @EmbeddedId
        LooseParts id;

        String content;
    }

    @Entity(name = "ByApart")
    @Cacheable
    static class ByApart extends Item {
        @Id
        @Type(ApartType.class)
        Apart id;

        @ElementCollection
        @Cache(usage = READ_WRITE)
        Set<String> words = new HashSet<>();

        @Override
        Set<String> words() {
            return words;
        }

        @Override
        Object id() {
            return id;
        }
    }

    @Entity(name = "ByLossy")
    @Cacheable
    static class ByLossy extends Item {
        @Id
        @Type(LossyType.class)
        Lossy id;

        @ElementCollection
        @Cache(usage = READ_WRITE)
        Set<String> words = new HashSet<>();

        @Override
        Set<String> words() {
            return words;
        }

        @Override
        Object id() {
            return id;
        }
    }

    @Entity(name = "ByDescribed")
    @Cacheable
    static class ByDescribed extends Item {
        @Id
        @JavaType(DescribedType.class)
        Described id;

        @ElementCollection
        @Cache(usage = READ_WRITE)
        Set<String> words = new HashSet<>();

        @Override
        Set<String> words() {
            return words;
        }

        @Override
        Object id() {
            return id;
        }
    }

    @Embeddable
    static class Parts implements Serializable {
        private static final long serialVersionUID = 1L;

        @Type(PlainType.class)
        Plain plain;

        @Type(LossyType.class)
        Lossy lossy;

        @JavaType(DescribedType.class)
        Described described;

        BigDecimal number;

        Parts() {}

        Parts(String text) {
            plain = new Plain("p" + text);
            lossy = new Lossy("l" + text);
            described = new Described("d" + text);
            number = new BigDecimal("1.50");
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Parts that
                    && plain.equals(that.plain)
                    && lossy.equals(that.lossy)
                    && described.equals(that.described)
                    && number.compareTo(that.number) == 0;
        }

        @Override
        public int hashCode() {
            return Objects.hash(plain, lossy, described);
        }
    }

    @Entity(name = "ByParts")
    @Cacheable
    static class ByParts extends Item {
        @EmbeddedId
        Parts id;

        @ElementCollection
        @Cache(usage = READ_WRITE)
        Set<String> words = new HashSet<>();

        @Override
        Set<String> words() {
            return words;
        }

        @Override
        Object id() {
            return id;
        }
    }

    @Entity(name = "Known")
    @Cacheable
    @NaturalIdCache
    static class Known {
        @Id
        Long id;

        @NaturalId
        @Type(PlainType.class)
        Plain plain;

        @NaturalId
        @Type(LossyType.class)
        Lossy lossy;

        @NaturalId
        @JavaType(DescribedType.class)
        Described described;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "plain_id")
        ByPlain other;
    }

    @Entity(name = "KnownByOne")
    @Cacheable
    @NaturalIdCache
    static class KnownByOne {
        @Id
        @Type(PlainType.class)
        Plain id;

        @NaturalId
        @Type(LossyType.class)
        Lossy lossy;
    }

    @Entity(name = "ByOpaque")
    @Cacheable
    static class ByOpaque {
        @Id
        @Type(OpaqueType.class)
        Opaque id;

        String content;

        @ElementCollection
        @Cache(usage = READ_WRITE)
        Set<String> words = new HashSet<>();
    }

    private static Nodes nodes;

    @BeforeAll
    static void start() {
        nodes = Nodes.start(Application.on(
                        "own-types",
                        ByPlain.class,
                        Owned.class,
                        ByLoose.class,
                        ByLooseParts.class,
                        ByApart.class,
                        ByLossy.class,
                        ByDescribed.class,
                        ByParts.class,
                        Known.class,
                        KnownByOne.class,
                        ByOpaque.class)
                .set("hibernate.globally_quoted_identifiers", "true"));
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    static Stream<Arguments> kinds() {
        return Stream.of(
                kind(ByPlain.class, Plain::new, (entity, id) -> entity.id = id),
                kind(ByApart.class, Apart::new, (entity, id) -> entity.id = id),
                kind(ByLossy.class, Lossy::new, (entity, id) -> entity.id = id),
                kind(ByDescribed.class, Described::new, (entity, id) -> entity.id = id),
                kind(ByParts.class, Parts::new, (entity, id) -> entity.id = id));
    }

    private static <E extends Item, K> Arguments kind(Class<E> type, Function<String, K> id, BiConsumer<E, K> setter) {
        return Arguments.of(type, id, setter);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    <E extends Item, K> void identifiersAndOwners(Class<E> type, Function<String, K> id, BiConsumer<E, K> setter) {
        nodes.one.transact(session -> {
            for (String text : List.of("A1", "A2", "a|b~(c)")) {
                try {
                    E entity = type.getDeclaredConstructor().newInstance();
                    setter.accept(entity, id.apply(text));
                    entity.words().add("word of " + text);
                    session.persist(entity);
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        nodes.share(session -> {
            for (String text : List.of("A1", "A2", "a|b~(c)")) {
                E entity = session.find(type, id.apply(text));
                assertThat(entity.id()).isEqualTo(id.apply(text));
                assertThat(entity.words()).containsExactly("word of " + text);
            }
        });
        nodes.seeChange(
                session -> session.createQuery("from " + type.getSimpleName(), type).list().stream()
                        .filter(entity -> entity.id().equals(id.apply("A1")))
                        .forEach(entity -> entity.words().add("another")),
                session -> {
                    assertThat(session.find(type, id.apply("A1")).words())
                            .containsExactlyInAnyOrder("word of A1", "another");
                    assertThat(session.find(type, id.apply("A2")).words()).containsExactly("word of A2");
                });
    }

    @Test
    void identifiersWithoutADisassembledForm() {
        LooseParts parts = new LooseParts(new Loose("x"), new Apart("y"), LocalDate.of(2024, 2, 29));
        LooseParts others = new LooseParts(new Loose("y"), new Apart("x"), LocalDate.of(2024, 2, 29));
        nodes.one.transact(session -> {
            ByLoose entity = new ByLoose();
            entity.id = new Loose("x");
            entity.content = "a";
            session.persist(entity);
            for (LooseParts id : List.of(parts, others)) {
                ByLooseParts composite = new ByLooseParts();
                composite.id = id;
                composite.content = id.loose().text;
                session.persist(composite);
            }
        });
        nodes.share(session -> {
            assertThat(session.find(ByLoose.class, new Loose("x")).content).isEqualTo("a");
            assertThat(session.find(ByLooseParts.class, parts).content).isEqualTo("x");
            assertThat(session.find(ByLooseParts.class, others).content).isEqualTo("y");
        });
        nodes.seeChange(
                session -> session.find(ByLooseParts.class, parts).content = "b",
                session -> assertThat(session.find(ByLooseParts.class, parts).content)
                        .isEqualTo("b"));
    }

    @Test
    void mapKeysAssociationsAndCollectionsOfEntities() {
        Plain id = new Plain("owner");
        nodes.one.transact(session -> {
            ByPlain owner = new ByPlain();
            owner.id = id;
            owner.numbers.put(new Described("one"), 1);
            session.persist(owner);
            Owned owned = new Owned();
            owned.id = 1L;
            owned.owner = owner;
            session.persist(owned);
        });
        nodes.share(session -> {
            ByPlain owner = session.find(ByPlain.class, id);
            Owned owned = session.find(Owned.class, 1L);
            assertThat(owned.owner).isSameAs(owner);
            assertThat(owner.numbers).containsOnly(Map.entry(new Described("one"), 1));
            assertThat(owner.owned).containsExactly(owned);
        });
    }

    @Test
    void parametersOfQueries() {
        nodes.one.transact(session -> {
            ByPlain entity = new ByPlain();
            entity.id = new Plain("q1");
            session.persist(entity);
        });
        nodes.share(session -> {
            assertThat(count(session, new Plain("q1"))).isEqualTo(1);
            assertThat(count(session, new Plain("q2"))).isZero();
        });
    }

    private static long count(Session session, Plain id) {
        return session.createSelectionQuery("select count(*) from ByPlain where id = :id", Long.class)
                .setParameter("id", id)
                .setCacheable(true)
                .getSingleResult();
    }

    @Test
    void naturalIds() {
        nodes.one.transact(session -> {
            for (long i = 1; i <= 2; i++) {
                Known known = new Known();
                known.id = i;
                known.plain = new Plain("p" + i);
                known.lossy = new Lossy("lossy");
                known.described = i == 1 ? null : new Described("d");
                session.persist(known);
                KnownByOne byOne = new KnownByOne();
                byOne.id = new Plain("id" + i);
                byOne.lossy = new Lossy("natural" + i);
                session.persist(byOne);
            }
        });
        nodes.share(session -> {
            assertThat(known(session, "p2", new Described("d")).id).isEqualTo(2);
            KnownByOne byOne = session.bySimpleNaturalId(KnownByOne.class).load(new Lossy("natural2"));
            assertThat(byOne.id).isEqualTo(new Plain("id2"));
        });
        Known other = nodes.two.inTransaction(session -> known(session, "p1", new Described("d")));
        assertThat(other).isNull();
    }

    private static Known known(Session session, String plain, Described described) {
        return session.byNaturalId(Known.class)
                .using("plain", new Plain(plain))
                .using("lossy", new Lossy("lossy"))
                .using("described", described)
                .load();
    }

    /** No key can be built from these, so they are read from the database, correctly. */
    @Test
    void withoutAFormForKeysIsNotCached() {
        Opaque id = new Opaque("A1");
        nodes.one.transact(session -> {
            ByOpaque entity = new ByOpaque();
            entity.id = id;
            entity.content = "a";
            entity.words.add("word");
            session.persist(entity);
        });
        assertThat(nodes.two.find(ByOpaque.class, id).content).isEqualTo("a");
        nodes.two.transact(session -> {
            ByOpaque entity = session.find(ByOpaque.class, new Opaque("A1"));
            entity.content = "b";
            entity.words.add("other");
        });
        nodes.one.transact(session -> {
            ByOpaque entity = session.find(ByOpaque.class, id);
            assertThat(entity.content).isEqualTo("b");
            assertThat(entity.words).containsExactlyInAnyOrder("word", "other");
            assertThat(nodes.one.factory().getCache().containsEntity(ByOpaque.class, id))
                    .isFalse();
            nodes.one.factory().getCache().evictEntityData(ByOpaque.class, id);
            session.remove(entity);
        });
        assertThat(nodes.two.find(ByOpaque.class, id)).isNull();
    }
}
