package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hibernate.annotations.CacheConcurrencyStrategy.READ_WRITE;

import io.github.hibernateredis.testing.LoggedLines;
import jakarta.persistence.Cacheable;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.hibernate.Session;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.NaturalIdCache;
import org.hibernate.cfg.AvailableSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * At READ_UNCOMMITTED a session reads rows that other transactions may roll back. Such rows must not stay in the cache.
 */
class DirtyReadsIT {

    @Entity(name = "Draft")
    @Cacheable
    @NaturalIdCache
    static class Draft {
        @Id
        Long id;

        @NaturalId
        String code;

        String text;

        @ElementCollection
        @Cache(usage = READ_WRITE)
        Set<String> tags = new HashSet<>();
    }

    private static final Map<String, Consumer<Session>> READINGS = Map.of(
            "entity", session -> session.find(Draft.class, 1L),
            "collection", session -> session.find(Draft.class, 1L).tags.size(),
            "natural id", session -> session.bySimpleNaturalId(Draft.class).getReference("c"),
            "query",
                    session -> session.createQuery("select text from Draft", String.class)
                            .setCacheable(true)
                            .list());

    private Nodes nodes;

    @BeforeEach
    void start() {
        nodes = Nodes.start(
                Application.on("dirty-reads", Draft.class).set(AvailableSettings.ISOLATION, "READ_UNCOMMITTED"));
        nodes.evictEverything();
        nodes.one.transact(session -> {
            Draft draft = new Draft();
            draft.id = 1L;
            draft.code = "c";
            draft.text = "committed";
            draft.tags.add("tag");
            session.persist(draft);
        });
    }

    @AfterEach
    void stop() throws SQLException {
        nodes.close();
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("drop all objects");
        }
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:h2:mem:dirty-reads;DB_CLOSE_DELAY=-1", "sa", "");
    }

    @Test
    void whatWasRolledBackIsNotCached() throws SQLException {
        nodes.evictEverything();
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("update Draft set text = 'dirty'");
            assertThat(text()).isEqualTo("dirty");
            connection.rollback();
        }
        assertThat(text()).isEqualTo("committed");
        List<String> texts =
                nodes.one.inTransaction(session -> session.createQuery("select text from Draft", String.class)
                        .setCacheable(true)
                        .list());
        assertThat(texts).containsExactly("committed");
    }

    private String text() {
        nodes.one.transact(READINGS.get("query"));
        try (Session session = nodes.one.factory().openSession()) {
            session.find(Draft.class, 1L); // without a transaction
        }
        return nodes.one.find(Draft.class, 1L).text;
    }

    @Test
    void nothingThatIsLoadedIsCachedAndThatIsSaidOnce() {
        nodes.evictEverything();
        try (LoggedLines log = new LoggedLines()) {
            for (int i = 0; i < 3; i++) {
                READINGS.forEach((name, reading) -> assertThat(nodes.one.sql(() -> nodes.one.transact(reading)))
                        .as(name)
                        .isNotEmpty());
            }
            assertThat(log.warnings())
                    .filteredOn(line -> line.contains("READ_COMMITTED"))
                    .hasSize(1);
        }
    }

    @Test
    void whatTheApplicationItselfHasCommittedIsCached() {
        Nodes.assertServed(nodes.two, READINGS.get("entity"));
        nodes.one.transact(session -> session.find(Draft.class, 1L).text = "changed");
        Nodes.assertServed(
                nodes.two,
                session -> assertThat(session.find(Draft.class, 1L).text).isEqualTo("changed"));
    }
}
