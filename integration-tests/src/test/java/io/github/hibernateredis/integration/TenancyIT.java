package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hibernate.annotations.CacheConcurrencyStrategy.READ_WRITE;

import jakarta.persistence.Cacheable;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.hibernate.Session;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.NaturalIdCache;
import org.hibernate.annotations.TenantId;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.context.spi.CurrentTenantIdentifierResolver;
import org.hibernate.engine.jdbc.connections.spi.MultiTenantConnectionProvider;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tenants share a cache and never see each other's entries, with each kind of multi-tenancy. */
class TenancyIT {

    @Entity(name = "Note")
    @Cacheable
    @NaturalIdCache
    static class Note {
        @Id
        Long id;

        @NaturalId
        String code;

        String text;

        @ElementCollection
        @Cache(usage = READ_WRITE)
        Set<String> tags = new HashSet<>();
    }

    @Entity(name = "Memo")
    @Cacheable
    static class Memo {
        @Id
        Long id;

        @TenantId
        String tenant;

        String text;
    }

    /** A database for each tenant. */
    public static final class DatabasePerTenant implements MultiTenantConnectionProvider<String> {

        private static final long serialVersionUID = 1L;

        @Override
        public Connection getAnyConnection() throws SQLException {
            return getConnection("none");
        }

        @Override
        public Connection getConnection(String tenant) throws SQLException {
            return DriverManager.getConnection("jdbc:h2:mem:tenancy-" + tenant + ";DB_CLOSE_DELAY=-1", "sa", "");
        }

        @Override
        public void releaseAnyConnection(Connection connection) throws SQLException {
            connection.close();
        }

        @Override
        public void releaseConnection(String tenant, Connection connection) throws SQLException {
            connection.close();
        }

        @Override
        public boolean supportsAggressiveRelease() {
            return false;
        }

        @Override
        public boolean isUnwrappableAs(Class<?> type) {
            return false;
        }

        @Override
        public <T> T unwrap(Class<T> type) {
            throw new UnsupportedOperationException();
        }
    }

    /** The tenant of the current thread. */
    public static final class ThreadsTenant implements CurrentTenantIdentifierResolver<String> {

        static final String ROOT = "root";
        static final ThreadLocal<String> CURRENT = ThreadLocal.withInitial(() -> "acme");

        @Override
        public String resolveCurrentTenantIdentifier() {
            return CURRENT.get();
        }

        @Override
        public boolean validateExistingCurrentSessions() {
            return true;
        }

        @Override
        public boolean isRoot(String tenant) {
            return tenant.equals(ROOT);
        }
    }

    private static final List<String> TENANTS = List.of("acme", "a|b");

    private static void inTenant(Application node, String tenant, Consumer<Session> action) {
        try (Session session =
                node.factory().withOptions().tenantIdentifier((Object) tenant).openSession()) {
            session.beginTransaction();
            action.accept(session);
            session.getTransaction().commit();
        }
    }

    @Nested
    class WithADatabasePerTenant {

        @Test
        void tenantsHaveItemsOfTheirOwn() throws SQLException {
            for (String tenant : TENANTS) {
                try (Connection connection = new DatabasePerTenant().getConnection(tenant);
                        var statement = connection.createStatement()) {
                    statement.execute("create table if not exists Note"
                            + " (id bigint primary key, code varchar(99), text varchar(99))");
                    statement.execute("create table if not exists Note_tags (Note_id bigint, tags varchar(99))");
                }
            }
            Application.Builder builder = Application.on("tenancy", Note.class)
                    .unset(AvailableSettings.HBM2DDL_AUTO)
                    .set(AvailableSettings.MULTI_TENANT_CONNECTION_PROVIDER, new DatabasePerTenant());
            try (Nodes nodes = Nodes.start(builder)) {
                for (String tenant : TENANTS) {
                    inTenant(nodes.one, tenant, session -> {
                        Note note = new Note();
                        note.id = 1L;
                        note.code = "c";
                        note.text = "text of " + tenant;
                        note.tags.add(tenant);
                        session.persist(note);
                    });
                }
                for (int i = 0; i < 2; i++) {
                    TENANTS.forEach(tenant -> inTenant(nodes.one, tenant, session -> check(session, tenant)));
                }
                assertThat(nodes.two.sql(() -> TENANTS.forEach(
                                tenant -> inTenant(nodes.two, tenant, session -> check(session, tenant)))))
                        .isEmpty();

                inTenant(nodes.two, "acme", session -> session.find(Note.class, 1L).text = "changed");
                inTenant(
                        nodes.one,
                        "acme",
                        session -> assertThat(session.find(Note.class, 1L).text).isEqualTo("changed"));
                inTenant(nodes.one, "a|b", session -> check(session, "a|b"));
                evictsTheItemOfEach(nodes);
            }
        }

        private void check(Session session, String tenant) {
            Note note = session.find(Note.class, 1L);
            assertThat(note.text).isEqualTo("text of " + tenant);
            assertThat(note.tags).containsExactly(tenant);
            assertThat(session.bySimpleNaturalId(Note.class).load("c")).isSameAs(note);
            assertThat(session.createQuery("select text from Note", String.class)
                            .setCacheable(true)
                            .list())
                    .containsExactly("text of " + tenant);
        }

        private void evictsTheItemOfEach(Nodes nodes) {
            nodes.one.factory().getCache().evictEntityData(Note.class, 1L);
            nodes.one.factory().getCache().evictCollectionData(Note.class.getName() + ".tags", 1L);
            TENANTS.forEach(tenant -> inTenant(nodes.two, tenant, session -> {
                assertThat(nodes.two.isCached(() -> session.find(Note.class, 1L)))
                        .isFalse();
                assertThat(nodes.two.isCached(
                                () -> session.find(Note.class, 1L).tags.size()))
                        .isFalse();
            }));
        }
    }

    @Nested
    class WithADiscriminatorColumn {

        @Test
        void tenantsHaveItemsOfTheirOwn() {
            Application.Builder builder = Application.on("tenancy-by-column", Memo.class)
                    .set(AvailableSettings.MULTI_TENANT_IDENTIFIER_RESOLVER, new ThreadsTenant());
            try (Nodes nodes = Nodes.start(builder)) {
                inTenant(nodes.one, "acme", session -> {
                    Memo memo = new Memo();
                    memo.id = 1L;
                    memo.text = "mine";
                    session.persist(memo);
                });
                assertThat(nodes.two.sql(() -> inTenant(
                                nodes.two,
                                "acme",
                                session -> assertThat(session.find(Memo.class, 1L).text)
                                        .isEqualTo("mine"))))
                        .isEmpty();
                inTenant(
                        nodes.two,
                        "other",
                        session -> assertThat(session.find(Memo.class, 1L)).isNull());
                inTenant(
                        nodes.two, "acme", session -> assertThat(texts(session)).containsExactly("mine"));
                inTenant(
                        nodes.two,
                        "other",
                        session -> assertThat(texts(session)).isEmpty());

                nodes.one.factory().getCache().evictEntityData(Memo.class, 1L);
                inTenant(
                        nodes.two,
                        "acme",
                        session -> assertThat(nodes.two.isCached(() -> session.find(Memo.class, 1L)))
                                .isFalse());
            }
        }

        /** The rows of tenants are stored under keys that contain the tenant. */
        @Test
        void whatTheRootTenantWritesIsSeenByTheOthers() {
            Application.Builder builder = Application.on("tenancy-root", Memo.class)
                    .set(AvailableSettings.MULTI_TENANT_IDENTIFIER_RESOLVER, new ThreadsTenant());
            try (Nodes nodes = Nodes.start(builder)) {
                inTenant(nodes.one, "acme", session -> {
                    Memo memo = new Memo();
                    memo.id = 1L;
                    memo.text = "mine";
                    session.persist(memo);
                });
                for (int i = 0; i < 2; i++) {
                    inTenant(nodes.two, "acme", session -> session.find(Memo.class, 1L));
                    inTenant(nodes.two, ThreadsTenant.ROOT, session -> session.find(Memo.class, 1L));
                }
                inTenant(nodes.one, ThreadsTenant.ROOT, session -> session.find(Memo.class, 1L).text = "changed");
                assertText(nodes, "changed");
                inTenant(nodes.two, "acme", session -> session.find(Memo.class, 1L).text = "changed back");
                assertText(nodes, "changed back");
                inTenant(nodes.two, ThreadsTenant.ROOT, session -> session.remove(session.find(Memo.class, 1L)));
                inTenant(
                        nodes.one,
                        "acme",
                        session -> assertThat(session.find(Memo.class, 1L)).isNull());
            }
        }

        private void assertText(Nodes nodes, String text) {
            for (Application node : List.of(nodes.one, nodes.two)) {
                for (String tenant : List.of("acme", ThreadsTenant.ROOT, "acme")) {
                    inTenant(
                            node,
                            tenant,
                            session -> assertThat(session.find(Memo.class, 1L).text)
                                    .isEqualTo(text));
                }
            }
        }

        @Test
        void whatNoTenantOwnsIsOneItemForAll() {
            Application.Builder builder = Application.on("tenancy-shared", Memo.class, Note.class)
                    .set(AvailableSettings.MULTI_TENANT_IDENTIFIER_RESOLVER, new ThreadsTenant());
            try (Nodes nodes = Nodes.start(builder)) {
                inTenant(nodes.one, "acme", session -> {
                    Note note = new Note();
                    note.id = 1L;
                    note.code = "c";
                    note.text = "old";
                    note.tags.add("old");
                    session.persist(note);
                });
                List<String> all = List.of("acme", "other", ThreadsTenant.ROOT);
                for (int i = 0; i < 2; i++) {
                    all.forEach(tenant -> inTenant(nodes.two, tenant, session -> read(session)));
                }
                assertThat(nodes.one.sql(() -> all.forEach(tenant -> inTenant(nodes.one, tenant, this::read))))
                        .isEmpty();
                inTenant(nodes.one, "acme", session -> {
                    Note note = session.find(Note.class, 1L);
                    note.text = "new";
                    note.tags.add("new");
                });
                all.forEach(tenant -> inTenant(nodes.two, tenant, session -> {
                    assertThat(session.find(Note.class, 1L).text).isEqualTo("new");
                    assertThat(session.find(Note.class, 1L).tags).hasSize(2);
                }));
            }
        }

        private void read(Session session) {
            Note note = session.bySimpleNaturalId(Note.class).load("c");
            assertThat(note.tags).hasSize(1);
        }

        private List<String> texts(Session session) {
            return session.createQuery("select text from Memo", String.class)
                    .setCacheable(true)
                    .list();
        }

        @Test
        void theResolverProvidesTheTenant() {
            Application.Builder builder = Application.on("tenancy-by-resolver", Memo.class)
                    .set(AvailableSettings.MULTI_TENANT_IDENTIFIER_RESOLVER, new ThreadsTenant());
            try (Nodes nodes = Nodes.start(builder)) {
                nodes.one.transact(session -> {
                    Memo memo = new Memo();
                    memo.id = 1L;
                    memo.text = "mine";
                    session.persist(memo);
                });
                Nodes.assertServed(
                        nodes.two,
                        session ->
                                assertThat(session.find(Memo.class, 1L).tenant).isEqualTo("acme"));
                ThreadsTenant.CURRENT.set("other");
                assertThat(nodes.two.find(Memo.class, 1L)).isNull();
            } finally {
                ThreadsTenant.CURRENT.remove();
            }
        }
    }
}
