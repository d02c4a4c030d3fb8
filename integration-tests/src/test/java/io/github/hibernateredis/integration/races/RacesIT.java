package io.github.hibernateredis.integration.races;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.integration.Application;
import io.github.hibernateredis.integration.model.SplitCounter;
import io.github.hibernateredis.integration.model.VersionedSplitCounter;
import jakarta.persistence.LockModeType;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.hibernate.CacheMode;
import org.hibernate.LockMode;
import org.hibernate.Session;
import org.hibernate.StatelessSession;
import org.hibernate.Transaction;
import org.hibernate.Version;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Loads, writes, clears and losses that overlap at the worst moment. */
class RacesIT {

    private static Library library;
    private static Application one;
    private static Application two;

    @BeforeAll
    static void start() {
        library = Library.open("races");
        one = library.one;
        two = library.two;
    }

    @AfterAll
    static void stop() {
        library.close();
    }

    @BeforeEach
    void oneBook() {
        library.reset();
    }

    /** The kinds of loads that can be in progress. */
    private enum Load {
        ENTITY(session -> session.find(Book.class, 1L)),
        COLLECTION(Library::chapters),
        COLLECTION_OF_UNCACHED(Library::remarks),
        NATURAL_ID(session -> session.bySimpleNaturalId(Book.class).load("A")),
        QUERY(session ->
                session.createQuery("from Book", Book.class).setCacheable(true).list()),
        QUERY_OF_A_COLUMN(Library::titles);

        final Consumer<Session> read;

        Load(Consumer<Session> read) {
            this.read = read;
        }
    }

    /** The kinds of writes; each changes what the loads would store. */
    private enum Write {
        UPDATE(session -> session.find(Book.class, 1L).title = "new"),
        UPDATE_OF_NATURAL_ID(session -> session.find(Book.class, 1L).code = "B"),
        ADDED_CHILD(session -> {
            Book book = session.find(Book.class, 1L);
            Chapter chapter = new Chapter(book, "second");
            session.persist(chapter);
            book.chapters.add(chapter);
        }),
        REMOVED_CHILD(session -> {
            Book book = session.find(Book.class, 1L);
            session.remove(book.chapters.remove(0));
        }),
        ADDED_UNCACHED_CHILD(session -> {
            Book book = session.find(Book.class, 1L);
            Remark remark = new Remark(2, book, "bad");
            session.persist(remark);
            book.remarks.add(remark);
        }),
        BULK_UPDATE(session -> session.createMutationQuery("update Book set title = 'new', code = 'C'")
                .executeUpdate()),
        BULK_DELETE(
                session -> session.createMutationQuery("delete from Chapter").executeUpdate()),
        NATIVE(session -> session.createNativeQuery("update Book set title = 'new', code = 'C'")
                .addSynchronizedEntityClass(Book.class)
                .executeUpdate()),
        NATIVE_ON_UNKNOWN_TABLES(session -> session.createNativeMutationQuery("update Book set title = 'new'")
                .executeUpdate()),
        DELETE(session -> {
            Book book = session.find(Book.class, 1L);
            book.chapters.forEach(session::remove);
            book.chapters.clear();
            book.remarks.forEach(session::remove);
            book.remarks.clear();
            session.flush();
            session.remove(book);
        });

        final Consumer<Session> write;

        Write(Consumer<Session> write) {
            this.write = write;
        }
    }

    private static Stream<Arguments> loadsAndWrites() {
        return Arrays.stream(Load.values())
                .flatMap(load -> Arrays.stream(Write.values()).map(write -> Arguments.of(load, write)));
    }

    @ParameterizedTest
    @MethodSource("loadsAndWrites")
    void aLoadFromBeforeACommitIsNotStoredAfterIt(Load load, Write write) {
        Crossing.Reader reader = Crossing.read(() -> two.transact(load.read));
        one.transact(write.write);
        reader.finish();
        library.assertNothingStale();
        if (write != Write.DELETE) {
            library.assertCached();
        }
    }

    @ParameterizedTest
    @MethodSource("loadsAndWrites")
    void aLoadFromBeforeAWriteIsNotStoredBetweenTheWriteAndItsCommit(Load load, Write write) {
        Crossing.Reader reader = Crossing.read(() -> two.transact(load.read));
        try (Session session = one.factory().openSession()) {
            Transaction transaction = session.beginTransaction();
            write.write.accept(session);
            session.flush();
            reader.finish();
            two.transact(load.read);
            transaction.commit();
        }
        library.assertNothingStale();
        if (write != Write.DELETE) {
            library.assertCached();
        }
    }

    @ParameterizedTest
    @MethodSource("loadsAndWrites")
    void aLoadFromBetweenAWriteAndItsCommitIsNotStoredAfterIt(Load load, Write write) {
        Crossing.Reader reader;
        try (Session session = one.factory().openSession()) {
            Transaction transaction = session.beginTransaction();
            write.write.accept(session);
            session.flush();
            reader = Crossing.read(() -> two.transact(load.read));
            transaction.commit();
        }
        reader.finish();
        library.assertNothingStale();
        if (write != Write.DELETE) {
            library.assertCached();
        }
    }

    @ParameterizedTest
    @EnumSource(Write.class)
    void aRollbackLeavesNothing(Write write) {
        String before = library.database();
        Library.seenBy(two);
        try (Session session = one.factory().openSession()) {
            Transaction transaction = session.beginTransaction();
            write.write.accept(session);
            session.flush();
            assertThat(Library.seenBy(two)).isEqualTo(before);
            transaction.rollback();
        }
        library.assertNothingStale();
        library.assertCached();
    }

    /** The writer reads its own state in every way, and none of these reads may be stored for others. */
    @ParameterizedTest
    @EnumSource(Write.class)
    void whatAWriterReadsOfItsOwnIsNotStored(Write write) {
        String before = library.database();
        try (Session session = one.factory().openSession()) {
            Transaction transaction = session.beginTransaction();
            write.write.accept(session);
            readOwnState(session);
            assertThat(Library.seenBy(two)).isEqualTo(before);
            transaction.rollback();
        }
        assertThat(library.database()).isEqualTo(before);
        library.assertNothingStale();
        try (Session session = one.factory().openSession()) {
            Transaction transaction = session.beginTransaction();
            write.write.accept(session);
            readOwnState(session);
            transaction.commit();
        }
        library.assertNothingStale();
    }

    private static void readOwnState(Session session) {
        session.flush();
        session.clear();
        Library.chapters(session);
        Library.remarks(session);
        Library.titles(session);
        session.clear();
        for (String code : List.of("A", "B", "C")) {
            session.bySimpleNaturalId(Book.class).load(code);
        }
        session.clear();
        session.createQuery("from Chapter", Chapter.class).list();
        session.createQuery("from Book", Book.class).setCacheable(true).list();
    }

    /** The same for rows that the writer has inserted in ways that the ORM reports less completely. */
    @ParameterizedTest
    @EnumSource(
            value = CacheMode.class,
            names = {"NORMAL", "GET", "IGNORE"})
    void anInsertedRowThatItsWriterReadsIsNotStored(CacheMode mode) {
        try (Session session = one.factory().openSession()) {
            Transaction transaction = session.beginTransaction();
            session.setCacheMode(mode);
            Book book = new Book(2, "B", "never");
            session.persist(book);
            session.persist(new Chapter(book, "never"));
            session.persist(new Remark(2, book, "never"));
            session.flush();
            session.clear();
            session.setCacheMode(CacheMode.NORMAL);
            Book found = session.find(Book.class, 2L);
            assertThat(found.chapters).hasSize(1);
            assertThat(found.remarks).hasSize(1);
            session.clear();
            session.bySimpleNaturalId(Book.class).load("B");
            assertThat(two.find(Book.class, 2L)).isNull();
            assertThat(Library.byCode(two, "B")).isNull();
            transaction.rollback();
        }
        assertThat(two.find(Book.class, 2L)).isNull();
        assertThat(Library.byCode(two, "B")).isNull();
        library.sql("insert into Book (id, version, code, title) values (2, 0, 'B', 'new')");
        two.transact(
                session -> assertThat(session.find(Book.class, 2L).chapters).isEmpty());
    }

    @Test
    void aRowThatAStatelessSessionInsertedAndReadIsNotStored() {
        try (StatelessSession session = one.factory().openStatelessSession()) {
            Transaction transaction = session.beginTransaction();
            session.insert(new SplitCounter(2, 7));
            session.get(SplitCounter.class, 2L, LockMode.NONE);
            session.createQuery("from SplitCounter", SplitCounter.class).list();
            assertThat(two.find(SplitCounter.class, 2L)).isNull();
            transaction.rollback();
        }
        assertThat(two.find(SplitCounter.class, 2L)).isNull();
    }

    @Test
    void whatAStatelessSessionInsertedIsNotInACachedQueryAfterItsRollback() {
        try (StatelessSession session = one.factory().openStatelessSession()) {
            Transaction transaction = session.beginTransaction();
            session.insert(new Book(2, "B", "never"));
            session.createQuery("select b.title from Book b", String.class)
                    .setCacheable(true)
                    .list();
            transaction.rollback();
        }
        library.assertNothingStale();
    }

    /** Two sessions in one transaction: the second one does not learn of the writes of the first one. */
    @Test
    void whatASessionReadsOfAnotherOneOfItsTransactionIsNotStored() {
        try (Session session = one.factory().openSession()) {
            Transaction transaction = session.beginTransaction();
            Book book = new Book(2, "B", "never");
            session.persist(book);
            session.persist(new Remark(2, session.find(Book.class, 1L), "never"));
            session.flush();
            try (Session child = session.sessionWithOptions().connection().openSession()) {
                assertThat(child.find(Book.class, 2L)).isNotNull();
                child.bySimpleNaturalId(Book.class).load("B");
                assertThat(Library.remarks(child)).hasSize(2);
                child.createQuery("from Book", Book.class).setCacheable(true).list();
                Library.titles(child);
            }
            assertThat(two.find(Book.class, 2L)).isNull();
            assertThat(Library.byCode(two, "B")).isNull();
            library.assertNothingStale();
            transaction.rollback();
        }
        assertThat(two.find(Book.class, 2L)).isNull();
        assertThat(Library.byCode(two, "B")).isNull();
        library.assertNothingStale();
    }

    /** Without a query cache the ORM does not report which tables a transaction writes. */
    @Test
    void membersThatTheirWriterReadsAreNotStoredThoughQueriesAreNotCached() {
        try (Library plain = Library.open("races-without-query-cache", "hibernate.cache.use_query_cache", "false")) {
            plain.reset();
            try (Session session = plain.one.factory().openSession()) {
                Transaction transaction = session.beginTransaction();
                session.persist(new Remark(2, session.find(Book.class, 1L), "never"));
                session.persist(new Chapter(session.find(Book.class, 1L), "never"));
                session.flush();
                session.clear();
                assertThat(Library.remarks(session)).hasSize(2);
                assertThat(Library.chapters(session)).hasSize(2);
                plain.assertNothingStale();
                transaction.rollback();
            }
            plain.assertNothingStale();
            plain.assertCached();
        }
    }

    @Test
    void whatAStatelessSessionReadsInATransactionIsCachedAfterIt() {
        if (Version.getVersionString().startsWith("6.")) {
            return; // has no second-level cache
        }
        one.factory().inStatelessTransaction(session -> session.get(SplitCounter.class, 1L, LockMode.NONE));
        assertThat(one.isCached(() -> one.find(SplitCounter.class, 1L))).isTrue();
        assertThat(two.isCached(() -> two.find(SplitCounter.class, 1L))).isTrue();
    }

    /** Two writers write one column each of a row without a version. */
    @Test
    void aWriterOfSomeColumnsDoesNotStoreItsOldIdeaOfTheOthers() {
        try (Session session = two.factory().openSession()) {
            Transaction transaction = session.beginTransaction();
            SplitCounter counter = session.find(SplitCounter.class, 1L);
            one.transact(other -> other.find(SplitCounter.class, 1L).left = 5);
            counter.right = 6;
            transaction.commit();
        }
        library.assertNothingStale();
    }

    /** The same over two transactions of one session, the second of which has read nothing. */
    @Test
    void aWriterOfSomeColumnsDoesNotStoreWhatAnEarlierTransactionRead() {
        try (Session session = two.factory().openSession()) {
            Transaction transaction = session.beginTransaction();
            SplitCounter counter = session.find(SplitCounter.class, 1L);
            transaction.commit();
            one.transact(other -> other.find(SplitCounter.class, 1L).left = 5);
            two.find(SplitCounter.class, 1L);
            transaction = session.beginTransaction();
            counter.right = 6;
            transaction.commit();
        }
        library.assertNothingStale();
    }

    /**
     * Changes of a column of {@link VersionedSplitCounter} that keep its version, so that the ORM's check finds
     * nothing.
     */
    enum VersionlessWrite {
        BULK(session -> session.createMutationQuery("update VersionedSplitCounter set left = 5")
                .executeUpdate()),
        EXCLUDED_ATTRIBUTE(session -> session.find(VersionedSplitCounter.class, 1L).left = 5);

        private final Consumer<Session> change;

        VersionlessWrite(Consumer<Session> change) {
            this.change = change;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWriterOfSomeColumnsDoesNotStoreTheOthersIfTheyAreOutdated(VersionlessWrite write) {
        assertSomeColumnsAreWritten(write, transaction -> {});
    }

    @ParameterizedTest
    @EnumSource
    void norDoesOneThatHasReadThemInAnEarlierTransaction(VersionlessWrite write) {
        assertSomeColumnsAreWritten(write, transaction -> {
            transaction.commit();
            transaction.begin();
        });
    }

    private void assertSomeColumnsAreWritten(VersionlessWrite write, Consumer<Transaction> between) {
        one.transact(session -> session.persist(new VersionedSplitCounter(1, 0)));
        try (Session session = two.factory().openSession()) {
            Transaction transaction = session.beginTransaction();
            VersionedSplitCounter counter = session.find(VersionedSplitCounter.class, 1L);
            one.transact(write.change);
            between.accept(transaction);
            counter.right = 6;
            transaction.commit();
        }
        for (Application node : List.of(one, two)) {
            VersionedSplitCounter found = node.find(VersionedSplitCounter.class, 1L);
            assertThat(List.of(found.left, found.right)).containsExactly(5L, 6L);
        }
    }

    @ParameterizedTest
    @EnumSource(Load.class)
    void aLoadFromBeforeAnEvictIsNotStoredAfterIt(Load load) {
        Crossing.Reader reader = Crossing.read(() -> two.transact(load.read));
        library.sql("update Book set title = 'by hand'");
        one.factory().getCache().evictEntityData(Book.class, 1L);
        one.factory().getCache().evictDefaultQueryRegion();
        reader.finish();
        assertThat(Library.title(two)).containsExactly("by hand");
        if (load == Load.QUERY_OF_A_COLUMN) {
            return; // an entry put after the eviction uses the stamps of the tables, which show no eviction
        }
        assertThat(Library.title(one)).containsExactly("by hand");
    }

    @ParameterizedTest
    @EnumSource(Load.class)
    void aLoadFromBeforeARegionWasClearedIsNotStoredAfterIt(Load load) {
        Crossing.Reader reader = Crossing.read(() -> two.transact(load.read));
        library.sql(
                "update Book set title = 'by hand', code = 'C'",
                "insert into Chapter (title, book_id) values ('by hand', 1)",
                "insert into Remark (id, text, book_id) values (7, 'by hand', 1)");
        one.factory().getCache().evictAllRegions();
        reader.finish();
        library.assertNothingStale();
    }

    @Test
    void anEvictInTheMiddleOfAnUpdateDoesNotEndItsLock() {
        try (Session session = one.factory().openSession()) {
            Transaction transaction = session.beginTransaction();
            session.find(Book.class, 1L).title = "new";
            session.flush();
            two.factory().getCache().evictEntityData(Book.class, 1L);
            Crossing.Reader reader = Crossing.read(() -> two.find(Book.class, 1L));
            two.factory().getCache().evictEntityData(Book.class, 2L);
            reader.finish();
            two.find(Book.class, 1L);
            transaction.commit();
        }
        library.assertNothingStale();
        library.assertCached();
    }

    @Test
    void aRegionClearInTheMiddleOfAnUpdateDoesNotEndItsLock() {
        try (Session session = one.factory().openSession()) {
            Transaction transaction = session.beginTransaction();
            session.find(Book.class, 1L).title = "new";
            session.flush();
            two.factory().getCache().evictEntityData(Book.class);
            two.find(Book.class, 1L);
            two.find(Book.class, 1L);
            transaction.commit();
        }
        library.assertNothingStale();
        library.assertCached();
    }

    @Test
    void anIntermediateStateIsNeverSeen() {
        try (Session session = one.factory().openSession()) {
            Transaction transaction = session.beginTransaction();
            Book book = session.find(Book.class, 1L);
            book.title = "intermediate";
            session.flush();
            assertThat(Library.title(two)).containsExactly("old");
            session.refresh(book);
            assertThat(Library.title(two)).containsExactly("old");
            book.title = "new";
            session.flush();
            assertThat(Library.title(two)).containsExactly("old");
            session.lock(book, LockModeType.PESSIMISTIC_WRITE);
            assertThat(Library.title(two)).containsExactly("old");
            transaction.commit();
        }
        library.assertNothingStale();
        library.assertCached();
    }

    @Test
    void twoWritersOfOneRowOfWhichOneFails() {
        try (Session session = two.factory().openSession()) {
            Transaction transaction = session.beginTransaction();
            session.find(Book.class, 1L).title = "too late";
            one.transact(other -> other.find(Book.class, 1L).title = "new");
            org.assertj.core.api.Assertions.assertThatThrownBy(transaction::commit)
                    .isNotNull();
        }
        library.assertNothingStale();
        library.assertCached();
    }

    @Test
    void twoWritersOfOneRowThatHasNoVersion() {
        long chapter = one.inTransaction(
                session -> session.find(Book.class, 1L).chapters.get(0).id);
        try (Session session = two.factory().openSession()) {
            Transaction transaction = session.beginTransaction();
            Chapter found = session.find(Chapter.class, chapter);
            one.transact(other -> other.find(Chapter.class, chapter).title = "by one");
            found.title = "by two";
            transaction.commit();
        }
        library.assertNothingStale();
        library.assertCached();
    }

    /** The second writer waits for the row that the first one has written: both hold the lock of the key. */
    @Test
    void twoWritersAtATimeStoreNothing() {
        long chapter = one.inTransaction(
                session -> session.find(Book.class, 1L).chapters.get(0).id);
        Crossing.Writer second;
        try (Session session = one.factory().openSession()) {
            Transaction transaction = session.beginTransaction();
            session.find(Chapter.class, chapter).title = "by one";
            session.flush();
            second = Crossing.write(() -> two.transact(other -> {
                other.find(Chapter.class, chapter).title = "by two";
                Crossing.Writer.begins();
                other.flush();
            }));
            transaction.commit();
        }
        second.finish();
        library.assertNothingStale();
        library.assertCached();
    }

    @Test
    void aStatelessBulkUpdateKeepsItsRegionLockedUntilItsCommit() {
        Crossing.Reader early = Crossing.read(() -> two.find(Book.class, 1L));
        Crossing.Reader late;
        try (StatelessSession session = one.factory().openStatelessSession()) {
            Transaction transaction = session.beginTransaction();
            session.createMutationQuery("update Book set title = 'new'").executeUpdate();
            early.finish();
            two.find(Book.class, 1L);
            late = Crossing.read(() -> two.find(Book.class, 1L));
            transaction.commit();
        }
        late.finish();
        assertThat(Library.title(one)).containsExactly("new");
        assertThat(Library.title(two)).containsExactly("new");
    }
}
