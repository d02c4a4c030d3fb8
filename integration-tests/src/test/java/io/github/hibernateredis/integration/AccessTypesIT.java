package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.persistence.Cacheable;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.persistence.MappedSuperclass;
import java.util.HashSet;
import java.util.Set;
import org.hibernate.Session;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.annotations.Immutable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The four access types, and the default. */
class AccessTypesIT {

    @MappedSuperclass
    abstract static class Item {
        @Id
        Long id;

        String value;
    }

    @Entity(name = "ReadOnly")
    @Cache(usage = CacheConcurrencyStrategy.READ_ONLY)
    static class ReadOnly extends Item {}

    @Entity(name = "Fixed")
    @Immutable
    @Cacheable
    static class Fixed extends Item {}

    @Entity(name = "Nonstrict")
    @Cache(usage = CacheConcurrencyStrategy.NONSTRICT_READ_WRITE)
    static class Nonstrict extends Item {
        @ElementCollection
        @Cache(usage = CacheConcurrencyStrategy.NONSTRICT_READ_WRITE)
        Set<String> words = new HashSet<>();
    }

    @Entity(name = "ReadWrite")
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class ReadWrite extends Item {
        @ElementCollection
        @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
        Set<String> words = new HashSet<>();
    }

    @Entity(name = "Transactional")
    @Cache(usage = CacheConcurrencyStrategy.TRANSACTIONAL)
    static class Transactional extends Item {
        @ElementCollection
        @Cache(usage = CacheConcurrencyStrategy.TRANSACTIONAL)
        Set<String> words = new HashSet<>();
    }

    private static Nodes nodes;

    @BeforeAll
    static void start() {
        nodes = Nodes.start(Application.on(
                        "access-types",
                        ReadOnly.class,
                        Fixed.class,
                        Nonstrict.class,
                        ReadWrite.class,
                        Transactional.class)
                .set("hibernate.globally_quoted_identifiers", "true"));
        nodes.preparation = AccessTypesIT::hear;
    }

    /**
     * A transaction with repeatable reads must not see an entry newer than the stamps that its instance knew at its
     * start. Any request to the region brings the newest stamp.
     */
    private static void hear() {
        for (Application node : new Application[] {nodes.one, nodes.two}) {
            node.factory().getCache().containsEntity(Transactional.class, -1L);
            node.factory().getCache().containsCollection(Transactional.class.getName() + ".words", -1L);
        }
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @BeforeEach
    void anItemOfEach() throws Exception {
        nodes.one.transact(session -> {
            for (String entity : new String[] {"ReadOnly", "Fixed", "Nonstrict", "ReadWrite", "Transactional"}) {
                session.createQuery("from " + entity, Item.class).list().forEach(session::remove);
            }
        });
        nodes.one.transact(session -> {
            for (Item item :
                    new Item[] {new ReadOnly(), new Fixed(), new Nonstrict(), new ReadWrite(), new Transactional()}) {
                item.id = 1L;
                item.value = "first";
                session.persist(item);
            }
        });
    }

    private static Class<? extends Item> type(String name) throws ClassNotFoundException {
        return Class.forName(AccessTypesIT.class.getName() + '$' + name).asSubclass(Item.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ReadOnly", "Fixed", "Nonstrict", "ReadWrite", "Transactional"})
    void anItemIsSharedUntilItIsDeleted(String name) throws Exception {
        Class<? extends Item> type = type(name);
        nodes.share(session -> assertThat(session.find(type, 1L).value).isEqualTo("first"));
        nodes.two.transact(session -> session.remove(session.find(type, 1L)));
        assertThat(nodes.one.find(type, 1L)).isNull();
        assertThat(nodes.two.find(type, 1L)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ReadOnly", "Fixed", "ReadWrite", "Transactional"})
    void anInsertedItemIsCachedAtOnce(String name) throws Exception {
        Class<? extends Item> type = type(name);
        hear();
        Nodes.assertServed(
                nodes.two, session -> assertThat(session.find(type, 1L).value).isEqualTo("first"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Nonstrict", "ReadWrite", "Transactional"})
    void anUpdateIsSeenByTheOther(String name) throws Exception {
        Class<? extends Item> type = type(name);
        nodes.share(session -> session.find(type, 1L));
        nodes.seeChange(
                session -> session.find(type, 1L).value = "second",
                session -> assertThat(session.find(type, 1L).value).isEqualTo("second"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ReadOnly", "Nonstrict", "ReadWrite", "Transactional"})
    void aDeleteThatIsRolledBackLeavesTheItem(String name) throws Exception {
        Class<? extends Item> type = type(name);
        nodes.share(session -> session.find(type, 1L));
        Nodes.rollBack(nodes.one, session -> {
            session.remove(session.find(type, 1L));
            session.flush();
            session.clear();
            assertThat(session.find(type, 1L)).isNull();
        });
        nodes.assertCached(session -> assertThat(session.find(type, 1L).value).isEqualTo("first"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Nonstrict", "ReadWrite", "Transactional"})
    void nothingIsVisibleBeforeTheCommitAndNothingLeftByARollback(String name) throws Exception {
        Class<? extends Item> type = type(name);
        nodes.share(session -> session.find(type, 1L));
        Nodes.rollBack(nodes.one, session -> {
            session.find(type, 1L).value = "never";
            Item inserted = newItem(type);
            inserted.id = 2L;
            session.persist(inserted);
            session.flush();
            session.clear();
            assertThat(session.find(type, 1L).value).isEqualTo("never");
            assertThat(session.find(type, 2L)).isNotNull();
            nodes.two.transact(other -> {
                assertThat(other.find(type, 1L).value).isEqualTo("first");
                assertThat(other.find(type, 2L)).isNull();
            });
        });
        for (Application node : new Application[] {nodes.one, nodes.two}) {
            node.transact(session -> {
                assertThat(session.find(type, 1L).value).isEqualTo("first");
                assertThat(session.find(type, 2L)).isNull();
            });
        }
        nodes.assertCached(session -> assertThat(session.find(type, 1L).value).isEqualTo("first"));
    }

    /** The ORM ends the lock of a read right after it, while the session continues to write the row. */
    @ParameterizedTest
    @ValueSource(strings = {"Nonstrict", "ReadWrite", "Transactional"})
    void aSessionSeesItsOwnChangeAfterItHasReadItWithALock(String name) throws Exception {
        Class<? extends Item> type = type(name);
        nodes.one.transact(session -> {
            session.find(type, 1L).value = "second";
            session.flush();
            session.clear();
            session.find(type, 1L, LockModeType.PESSIMISTIC_WRITE);
            for (int loads = 0; loads < 3; loads++) {
                nodes.two.transact(
                        other -> assertThat(other.find(type, 1L).value).isEqualTo("first"));
            }
            session.clear();
            assertThat(session.find(type, 1L).value).isEqualTo("second");
        });
        nodes.assertCached(session -> assertThat(session.find(type, 1L).value).isEqualTo("second"));
    }

    private static Item newItem(Class<? extends Item> type) {
        try {
            return type.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anUpdateOfReadOnlyItemsIsRefused() {
        nodes.share(session -> session.find(ReadOnly.class, 1L));
        assertThatThrownBy(() -> nodes.two.transact(session -> {
                    session.find(ReadOnly.class, 1L).value = "refused";
                }))
                .hasStackTraceContaining("UnsupportedOperationException");
        nodes.assertCached(
                session -> assertThat(session.find(ReadOnly.class, 1L).value).isEqualTo("first"));
    }

    @Test
    void anUpdateOfImmutableEntitiesIsIgnored() {
        nodes.share(session -> session.find(Fixed.class, 1L));
        nodes.two.transact(session -> session.find(Fixed.class, 1L).value = "ignored");
        nodes.assertCached(
                session -> assertThat(session.find(Fixed.class, 1L).value).isEqualTo("first"));
    }

    @Test
    void collectionsOfEachAccessType() {
        nodes.share(session -> {
            assertThat(session.find(Nonstrict.class, 1L).words).isEmpty();
            assertThat(session.find(ReadWrite.class, 1L).words).isEmpty();
            assertThat(session.find(Transactional.class, 1L).words).isEmpty();
        });
        nodes.seeChange(AccessTypesIT::addWord, session -> {
            assertThat(session.find(Nonstrict.class, 1L).words).containsExactly("word");
            assertThat(session.find(ReadWrite.class, 1L).words).containsExactly("word");
            assertThat(session.find(Transactional.class, 1L).words).containsExactly("word");
        });
    }

    private static void addWord(Session session) {
        session.find(Nonstrict.class, 1L).words.add("word");
        session.find(ReadWrite.class, 1L).words.add("word");
        session.find(Transactional.class, 1L).words.add("word");
    }
}
