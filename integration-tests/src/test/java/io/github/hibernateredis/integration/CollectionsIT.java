package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.hibernate.annotations.CacheConcurrencyStrategy.READ_WRITE;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.MapKey;
import jakarta.persistence.MapKeyEnumerated;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.OrderColumn;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hibernate.Session;
import org.hibernate.Version;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CollectionId;
import org.hibernate.annotations.CollectionIdJavaType;
import org.hibernate.annotations.SortComparator;
import org.hibernate.annotations.SortNatural;
import org.hibernate.type.descriptor.java.LongJavaType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Collections of every kind, all cached read-write. */
class CollectionsIT {

    enum Genre {
        FICTION,
        SCIENCE
    }

    @Embeddable
    record Shelf(String room, Integer number) {}

    @Entity(name = "Book")
    @Cacheable
    static class Book {
        @Id
        Long id;

        String title;

        protected Book() {}

        Book(long id, String title) {
            this.id = id;
            this.title = title;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Book that && id.equals(that.id);
        }

        @Override
        public int hashCode() {
            return id.hashCode();
        }

        @Override
        public String toString() {
            return title;
        }
    }

    public static final class ByLength implements Comparator<String> {
        @Override
        public int compare(String one, String two) {
            return one.length() == two.length() ? one.compareTo(two) : one.length() - two.length();
        }
    }

    @Entity(name = "Library")
    @Cacheable
    static class Library {
        @Id
        Long id;

        @Column(unique = true)
        String code;

        @ElementCollection
        @Cache(usage = READ_WRITE)
        List<String> bag = new ArrayList<>();

        @ElementCollection
        @CollectionId(column = @Column(name = "row_id"), generator = "increment")
        @CollectionIdJavaType(LongJavaType.class)
        @Cache(usage = READ_WRITE)
        Collection<String> bagOfRows = new ArrayList<>();

        @ElementCollection
        @OrderColumn
        @Cache(usage = READ_WRITE)
        List<String> ordered = new ArrayList<>();

        @ElementCollection
        @Cache(usage = READ_WRITE)
        Set<LocalDate> closedOn = new HashSet<>();

        @ElementCollection
        @Enumerated(EnumType.STRING)
        @Cache(usage = READ_WRITE)
        Set<Genre> genres = new HashSet<>();

        @ElementCollection
        @Cache(usage = READ_WRITE)
        Set<Shelf> shelves = new HashSet<>();

        @ElementCollection
        @Cache(usage = READ_WRITE)
        Map<String, Integer> counts = new HashMap<>();

        @ElementCollection
        @MapKeyEnumerated(EnumType.ORDINAL)
        @Cache(usage = READ_WRITE)
        Map<Genre, Shelf> shelfOf = new HashMap<>();

        @ElementCollection
        @Cache(usage = READ_WRITE)
        Map<Book, String> notes = new HashMap<>();

        @ElementCollection
        @Cache(usage = READ_WRITE)
        Map<Shelf, String> labels = new HashMap<>();

        @ElementCollection
        @SortNatural
        @Cache(usage = READ_WRITE)
        SortedSet<String> sortedSet = new TreeSet<>();

        @ElementCollection
        @SortComparator(ByLength.class)
        @Cache(usage = READ_WRITE)
        SortedMap<String, String> sortedMap = new TreeMap<>(new ByLength());

        @ManyToMany
        @JoinTable(name = "library_books")
        @Cache(usage = READ_WRITE)
        Set<Book> books = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "library_by_title")
        @OrderBy("title")
        @Cache(usage = READ_WRITE)
        List<Book> byTitle = new ArrayList<>();

        @OneToMany
        @JoinColumn(name = "library_code", referencedColumnName = "code")
        @MapKey(name = "title")
        @Cache(usage = READ_WRITE)
        Map<String, Book> titles = new HashMap<>();
    }

    @Entity(name = "Catalogue")
    @Cacheable
    static class Catalogue {
        @Id
        Long id;

        @ElementCollection
        @OrderColumn
        @Cache(usage = READ_WRITE)
        String[] marks = {};
    }

    private static Nodes nodes;

    @BeforeAll
    static void start() {
        nodes = Nodes.of("collections", Library.class, Book.class, Catalogue.class);
        nodes.one.transact(session -> {
            session.persist(new Book(1, "Emma"));
            session.persist(new Book(2, "Dune"));
            session.persist(new Book(3, "Cosmos"));
        });
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @BeforeEach
    void aLibrary() {
        nodes.one.transact(session -> {
            Library old = session.find(Library.class, 1L);
            if (old != null) {
                session.remove(old);
            }
        });
        nodes.one.transact(session -> {
            Library library = new Library();
            library.id = 1L;
            library.code = "L1";
            session.persist(library);
        });
    }

    private static Arguments of(
            String name,
            Function<Library, Object> collection,
            Consumer<Library> fill,
            Object filled,
            Consumer<Library> change,
            Object changed) {
        return Arguments.of(Named.of(name, collection), fill, filled, change, changed);
    }

    private static final Book EMMA = new Book(1, "Emma");
    private static final Book DUNE = new Book(2, "Dune");
    private static final Book COSMOS = new Book(3, "Cosmos");

    static Stream<Arguments> collections() {
        return Stream.of(
                of(
                        "bag",
                        it -> it.bag.stream().sorted().toList(),
                        it -> it.bag.addAll(List.of("b", "a", "a")),
                        List.of("a", "a", "b"),
                        it -> it.bag.remove("a"),
                        List.of("a", "b")),
                of(
                        "bag with row ids",
                        it -> it.bagOfRows.stream().sorted().toList(),
                        it -> it.bagOfRows.addAll(List.of("b", "a", "a")),
                        List.of("a", "a", "b"),
                        it -> it.bagOfRows.remove("a"),
                        List.of("a", "b")),
                of(
                        "list",
                        it -> new ArrayList<>(it.ordered),
                        it -> it.ordered.addAll(Arrays.asList("z", null, "a")),
                        Arrays.asList("z", null, "a"),
                        it -> it.ordered.set(1, "m"),
                        List.of("z", "m", "a")),
                of(
                        "set of dates",
                        it -> new HashSet<>(it.closedOn),
                        it -> it.closedOn.add(LocalDate.of(2024, 12, 25)),
                        Set.of(LocalDate.of(2024, 12, 25)),
                        it -> it.closedOn.clear(),
                        Set.of()),
                of(
                        "set of enums",
                        it -> new HashSet<>(it.genres),
                        it -> it.genres.add(Genre.FICTION),
                        Set.of(Genre.FICTION),
                        it -> it.genres.add(Genre.SCIENCE),
                        Set.of(Genre.values())),
                of(
                        "set of embeddables",
                        it -> new HashSet<>(it.shelves),
                        it -> it.shelves.addAll(List.of(new Shelf("A", 1), new Shelf("B", 2))),
                        Set.of(new Shelf("A", 1), new Shelf("B", 2)),
                        it -> it.shelves.remove(new Shelf("B", 2)),
                        Set.of(new Shelf("A", 1))),
                of(
                        "map of basics",
                        it -> new HashMap<>(it.counts),
                        it -> it.counts.putAll(Map.of("one", 1, "two", 2)),
                        Map.of("one", 1, "two", 2),
                        it -> it.counts.put("two", 22),
                        Map.of("one", 1, "two", 22)),
                of(
                        "map by enum",
                        it -> new HashMap<>(it.shelfOf),
                        it -> it.shelfOf.put(Genre.SCIENCE, new Shelf("S", 7)),
                        Map.of(Genre.SCIENCE, new Shelf("S", 7)),
                        it -> it.shelfOf.put(Genre.FICTION, new Shelf("F", 8)),
                        Map.of(Genre.SCIENCE, new Shelf("S", 7), Genre.FICTION, new Shelf("F", 8))),
                of(
                        "map by entity",
                        it -> new HashMap<>(it.notes),
                        it -> it.notes.put(EMMA, "old"),
                        Map.of(EMMA, "old"),
                        it -> it.notes.put(EMMA, "new"),
                        Map.of(EMMA, "new")),
                of(
                        "map by embeddable",
                        it -> new HashMap<>(it.labels),
                        it -> it.labels.put(new Shelf("A", 1), "top"),
                        Map.of(new Shelf("A", 1), "top"),
                        it -> it.labels.remove(new Shelf("A", 1)),
                        Map.of()),
                of(
                        "sorted set",
                        it -> new ArrayList<>(it.sortedSet),
                        it -> it.sortedSet.addAll(List.of("b", "a")),
                        List.of("a", "b"),
                        it -> it.sortedSet.add("aa"),
                        List.of("a", "aa", "b")),
                of(
                        "sorted map",
                        it -> new ArrayList<>(it.sortedMap.keySet()),
                        it -> it.sortedMap.putAll(Map.of("aa", "2", "b", "1")),
                        List.of("b", "aa"),
                        it -> it.sortedMap.put("c", "1"),
                        List.of("b", "c", "aa")),
                of(
                        "many to many",
                        it -> new HashSet<>(it.books),
                        it -> it.books.addAll(List.of(EMMA, DUNE)),
                        Set.of(EMMA, DUNE),
                        it -> it.books.remove(DUNE),
                        Set.of(EMMA)),
                of(
                        "ordered by an attribute",
                        it -> new ArrayList<>(it.byTitle),
                        it -> it.byTitle.addAll(List.of(EMMA, COSMOS, DUNE)),
                        List.of(COSMOS, DUNE, EMMA),
                        it -> it.byTitle.remove(COSMOS),
                        List.of(DUNE, EMMA)));
    }

    @ParameterizedTest
    @MethodSource("collections")
    void aCollectionIsCachedEmptyFilledAndChanged(
            Function<Library, Object> collection,
            Consumer<Library> fill,
            Object filled,
            Consumer<Library> change,
            Object changed) {
        nodes.share(session ->
                assertThat(collection.apply(library(session))).asString().isIn("[]", "{}"));
        nodes.seeChange(
                session -> fill.accept(library(session)),
                session -> assertThat(collection.apply(library(session))).isEqualTo(filled));
        nodes.share(session -> assertThat(collection.apply(library(session))).isEqualTo(filled));
        nodes.seeChange(
                session -> change.accept(library(session)),
                session -> assertThat(collection.apply(library(session))).isEqualTo(changed));
    }

    @ParameterizedTest
    @MethodSource("collections")
    void aRolledBackChangeOfACollectionLeavesNoTrace(
            Function<Library, Object> collection,
            Consumer<Library> fill,
            Object filled,
            Consumer<Library> change,
            Object changed) {
        nodes.one.transact(session -> fill.accept(library(session)));
        nodes.share(session -> assertThat(collection.apply(library(session))).isEqualTo(filled));
        Nodes.rollBack(nodes.two, session -> {
            change.accept(library(session));
            session.flush();
            session.clear();
            assertThat(collection.apply(library(session))).isEqualTo(changed);
        });
        nodes.assertCached(
                session -> assertThat(collection.apply(library(session))).isEqualTo(filled));
    }

    /** A collection whose key is not the owner's id: the ORM finds the id of the owner with SQL. */
    @Test
    void aMapByAnAttributeJoinedByAPropertyIsCached() {
        nodes.one.transact(session -> library(session).titles.putAll(Map.of("Dune", DUNE, "Emma", EMMA)));
        for (Application node : List.of(nodes.one, nodes.one, nodes.two)) {
            node.transact(session -> assertThat(library(session).titles).containsOnlyKeys("Dune", "Emma"));
        }
        assertThat(nodes.two.region(Library.class.getName() + ".titles").getHitCount())
                .isEqualTo(1);
        nodes.two.transact(session -> library(session).titles.remove("Emma"));
        nodes.one.transact(session -> assertThat(library(session).titles).containsOnlyKeys("Dune"));
    }

    private static Library library(Session session) {
        return session.find(Library.class, 1L);
    }

    @Test
    void anArrayIsCached() {
        assumeThat(Version.getVersionString())
                .as("before 7.4 the ORM fails to assemble an entity with an array from any cache")
                .doesNotMatch("(6\\.|7\\.[0-3]\\.).*");
        nodes.one.transact(session -> {
            Catalogue catalogue = new Catalogue();
            catalogue.id = 1L;
            catalogue.marks = new String[] {"x", "y"};
            session.persist(catalogue);
        });
        nodes.share(
                session -> assertThat(session.find(Catalogue.class, 1L).marks).containsExactly("x", "y"));
        nodes.seeChange(
                session -> session.find(Catalogue.class, 1L).marks = new String[] {"y", "x", "z"},
                session -> assertThat(session.find(Catalogue.class, 1L).marks).containsExactly("y", "x", "z"));
    }

    @Test
    void aMemberThatIsNotCachedAnyMoreIsLoaded() {
        nodes.one.transact(session -> library(session).books.addAll(List.of(EMMA, DUNE)));
        nodes.share(session -> assertThat(library(session).books).hasSize(2));
        nodes.one.factory().getCache().evictEntityData(Book.class, 1L);
        nodes.two.transact(session -> assertThat(library(session).books)
                .extracting(book -> book.title)
                .contains("Emma", "Dune"));
    }
}
