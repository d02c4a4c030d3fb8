package io.github.hibernateredis.integration.races;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.integration.Application;
import io.github.hibernateredis.integration.model.FixedCounter;
import io.github.hibernateredis.integration.model.SplitCounter;
import io.github.hibernateredis.integration.model.VersionedSplitCounter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import org.hibernate.Session;
import org.hibernate.engine.spi.SessionFactoryImplementor;

/** Instances with one database and one book, the ways to read it, and the state in the database. */
final class Library implements AutoCloseable {

    static final long BOOK = 1;

    /** The lease of near caches, if there are any: short, since a test may have to wait for it. */
    static final Duration NEAR_LEASE = Duration.ofMillis(100);

    private final String url;
    private final List<Application> nodes = new ArrayList<>();
    private final List<Application> nearNodes = new ArrayList<>();
    final Application one;
    final Application two;

    private Library(Application.Builder one, Application.Builder two, String url) {
        this.url = url;
        this.one = start(one);
        this.two = start(two);
    }

    /** Two instances with near caches and one without, with some settings: name, value, name, value. */
    static Library openNear(String name, String... settings) {
        Application.Builder plain = describe(name);
        Application.Builder near = describe(name)
                .set("hibernate.cache.redis.near", "true")
                .set("hibernate.cache.redis.near_lease", NEAR_LEASE.toMillis() + "ms");
        for (int i = 0; i < settings.length; i += 2) {
            plain.set(settings[i], settings[i + 1]);
            near.set(settings[i], settings[i + 1]);
        }
        Library library = new Library(near, near, url(name));
        library.nearNodes.addAll(List.of(library.one, library.two));
        library.start(plain);
        return library;
    }

    /** Two instances with an in-memory database, and with some settings: name, value, name, value. */
    static Library open(String name, String... settings) {
        Application.Builder builder = describe(name);
        for (int i = 0; i < settings.length; i += 2) {
            builder.set(settings[i], settings[i + 1]);
        }
        return new Library(builder, builder, url(name));
    }

    /** Two instances with another database. */
    static Library open(Application.Builder builder, String url) {
        return new Library(builder, builder, url);
    }

    /** Two instances that differ. */
    static Library open(Application.Builder one, Application.Builder two, String url) {
        return new Library(one, two, url);
    }

    /** The in-memory database of an application of that name. */
    static String url(String name) {
        return "jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000";
    }

    static Application.Builder describe(String name) {
        return Application.on(
                name,
                Book.class,
                Chapter.class,
                Remark.class,
                FixedCounter.class,
                SplitCounter.class,
                VersionedSplitCounter.class);
    }

    boolean hasNearCaches() {
        return !nearNodes.isEmpty();
    }

    private Application start(Application.Builder builder) {
        Application node = builder.start();
        nodes.add(node);
        return node;
    }

    /** Recreates everything: book 1 with the code A and the title "old", one chapter and one remark. */
    void reset() {
        for (String table :
                List.of("Chapter", "Remark", "Book", "FixedCounter", "SplitCounter", "VersionedSplitCounter")) {
            sql("delete from " + table);
        }
        evictEverything();
        one.transact(session -> {
            Book book = new Book(BOOK, "A", "old");
            session.persist(book);
            session.persist(new Chapter(book, "first"));
            session.persist(new Remark(1, book, "good"));
            session.persist(new SplitCounter(BOOK, 0));
        });
        evictEverything();
    }

    /**
     * Each node that keeps values does so by itself: what others evict it may find for a while. The first one comes
     * last: its loads are not refused for what it has not heard of.
     */
    private void evictEverything() {
        for (Application node : nearNodes.isEmpty() ? List.of(one) : List.of(two, one)) {
            node.factory().getCache().evictAllRegions();
            node.factory().getCache().evictDefaultQueryRegion();
        }
    }

    void sql(String... statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Connection connect() throws SQLException {
        return url.startsWith("jdbc:h2:")
                ? DriverManager.getConnection(url, "sa", "")
                : DriverManager.getConnection(url);
    }

    /** The complete state in the database. */
    String database() {
        return String.join(
                " | ",
                "title " + select("select title from Book where id = 1"),
                "code " + select("select code from Book where id = 1"),
                "chapters " + select("select title from Chapter where book_id = 1"),
                "remarks " + select("select text from Remark where book_id = 1"),
                "split " + select("select left_number from SplitCounter")
                        + select("select right_number from SplitCounter"),
                "titles " + select("select title from Book"));
    }

    private String select(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            TreeSet<String> found = new TreeSet<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found.toString();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The complete state as an instance sees it. */
    static String seenBy(Application node) {
        return String.join(
                " | ",
                "title " + title(node),
                "code " + codes(node),
                "chapters " + node.inTransaction(Library::chapters),
                "remarks " + node.inTransaction(Library::remarks),
                "split " + split(node),
                "titles " + node.inTransaction(Library::titles));
    }

    static TreeSet<String> title(Application node) {
        Book book = node.find(Book.class, BOOK);
        TreeSet<String> titles = new TreeSet<>();
        if (book != null) {
            titles.add(book.title);
        }
        return titles;
    }

    private static TreeSet<String> codes(Application node) {
        TreeSet<String> codes = new TreeSet<>();
        for (String code : List.of("A", "B", "C")) {
            Book found = byCode(node, code);
            if (found != null && found.id == BOOK) {
                codes.add(code);
            }
        }
        return codes;
    }

    static Book byCode(Application node, String code) {
        return node.inTransaction(
                session -> session.bySimpleNaturalId(Book.class).load(code));
    }

    static TreeSet<String> chapters(Session session) {
        TreeSet<String> chapters = new TreeSet<>();
        Book book = session.find(Book.class, BOOK);
        if (book != null) {
            book.chapters.forEach(chapter -> chapters.add(chapter.title));
        }
        return chapters;
    }

    static TreeSet<String> remarks(Session session) {
        TreeSet<String> remarks = new TreeSet<>();
        Book book = session.find(Book.class, BOOK);
        if (book != null) {
            book.remarks.forEach(remark -> remarks.add(remark.text));
        }
        return remarks;
    }

    private static String split(Application node) {
        SplitCounter counter = node.find(SplitCounter.class, BOOK);
        return counter == null ? "[][]" : "[" + counter.left + "][" + counter.right + "]";
    }

    static TreeSet<String> titles(Session session) {
        return new TreeSet<>(session.createQuery("select b.title from Book b", String.class)
                .setCacheable(true)
                .list());
    }

    /** Every instance sees the state of the database: from the current cache, and from what its reads store in it. */
    void assertNothingStale() {
        for (int pass = 1; pass <= 2; pass++) {
            for (Application node : nodes) {
                assertSees(node, Library::seenBy, database());
            }
        }
    }

    /** What a node sees of all that has been committed: one with near caches may take the lease until it does. */
    <T> void assertSees(Application node, Function<Application, T> look, T expected) {
        long since = System.nanoTime();
        boolean isDue = !nearNodes.contains(node);
        T seen = look.apply(node);
        while (!isDue && !seen.equals(expected)) {
            isDue = System.nanoTime() - since >= NEAR_LEASE.toNanos();
            seen = look.apply(node);
        }
        assertThat(seen).as("node %d", nodes.indexOf(node)).isEqualTo(expected);
    }

    /**
     * After some more reads everything is cached again: nothing stays locked. It may take several reads, because an
     * instance learns of lost metadata with its next heartbeat at the latest.
     */
    void assertCached() {
        long begin = System.nanoTime();
        while (!nodes.stream().allMatch(Library::isAllCached)) {
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .as("a lock stays for a minute")
                    .isLessThan(Duration.ofSeconds(20));
        }
    }

    /** Two codes that do not exist, and the remarks, which are not cached, always take SQL. */
    private static boolean isAllCached(Application node) {
        boolean queriesAreCached = node.factory()
                .unwrap(SessionFactoryImplementor.class)
                .getSessionFactoryOptions()
                .isQueryCacheEnabled();
        int remarks = node.inTransaction(Library::remarks).size();
        return node.statements(() -> seenBy(node)) <= 2 + remarks + (queriesAreCached ? 0 : 1);
    }

    @Override
    public void close() {
        nodes.forEach(Application::close);
    }
}
