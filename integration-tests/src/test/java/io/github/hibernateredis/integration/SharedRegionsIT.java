package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hibernate.annotations.CacheConcurrencyStrategy.NONSTRICT_READ_WRITE;
import static org.hibernate.annotations.CacheConcurrencyStrategy.READ_WRITE;

import io.github.hibernateredis.integration.model.Product;
import io.github.hibernateredis.integration.model.Review;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import jakarta.persistence.CascadeType;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hibernate.Session;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.NaturalIdCache;
import org.hibernate.cfg.AvailableSettings;
import org.junit.jupiter.api.Test;

/** Names of regions: shared by several roles, or with a prefix; and the effects of a write into another region. */
class SharedRegionsIT {

    private static final String REGION = "everything";

    @Entity(name = "Left")
    @Cache(usage = READ_WRITE, region = REGION)
    @NaturalIdCache(region = REGION)
    static class Left {
        @Id
        Long id;

        @NaturalId
        Long code;

        @ElementCollection
        @Cache(usage = READ_WRITE, region = REGION)
        Set<String> words = new HashSet<>();
    }

    @Entity(name = "Right")
    @Cache(usage = NONSTRICT_READ_WRITE, region = REGION)
    static class Right {
        @Id
        Long id;

        String text;

        @ElementCollection
        @Cache(usage = NONSTRICT_READ_WRITE, region = REGION)
        Set<String> words = new HashSet<>();
    }

    @Entity(name = "Parent")
    @Cache(usage = READ_WRITE)
    static class Parent {
        @Id
        Long id;

        @OneToMany(mappedBy = "parent", cascade = CascadeType.ALL)
        @Cache(usage = READ_WRITE)
        List<Child> children = new ArrayList<>();
    }

    @Entity(name = "Child")
    @Cache(usage = READ_WRITE)
    static class Child {
        @Id
        Long id;

        @ManyToOne
        Parent parent;
    }

    private static void readAll(Session session) {
        assertThat(session.find(Left.class, 1L).words).containsExactly("left");
        assertThat(session.find(Right.class, 1L).words).containsExactly("right");
        assertThat(session.find(Right.class, 1L).text).isEqualTo("text");
        assertThat(session.bySimpleNaturalId(Left.class).load(1L).id).isEqualTo(1L);
        assertThat(session.createQuery("select text from Right", String.class)
                        .setCacheable(true)
                        .setCacheRegion(REGION)
                        .list())
                .containsExactly("text");
    }

    @Test
    void rolesOfAllKindsShareARegion() {
        try (Nodes nodes = Nodes.start(Application.on("shared-region", Left.class, Right.class)
                .set(AvailableSettings.GLOBALLY_QUOTED_IDENTIFIERS, "true"))) {
            nodes.one.transact(session -> {
                Left left = new Left();
                left.id = 1L;
                left.code = 1L;
                left.words.add("left");
                session.persist(left);
                Right right = new Right();
                right.id = 1L;
                right.text = "text";
                right.words.add("right");
                session.persist(right);
            });
            nodes.share(SharedRegionsIT::readAll);
            nodes.seeChange(
                    session -> session.find(Right.class, 1L).text = "other",
                    session -> assertThat(session.find(Right.class, 1L).text).isEqualTo("other"));
            nodes.seeChange(session -> session.find(Right.class, 1L).text = "text", SharedRegionsIT::readAll);
            nodes.two.factory().getCache().evictRegion(REGION);
            assertThat(nodes.one.isCached(() -> nodes.one.transact(session -> session.find(Left.class, 1L))))
                    .isFalse();
            nodes.assertCached(SharedRegionsIT::readAll);
        }
    }

    @Test
    void aPrefixKeepsApplicationsApart() {
        Application.Builder builder = Application.on("region-prefix", Product.class, Review.class)
                .set(AvailableSettings.CACHE_REGION_PREFIX, "shop");
        try (Nodes nodes = Nodes.start(builder);
                Application other = builder.set(AvailableSettings.CACHE_REGION_PREFIX, "till")
                        .start();
                RedisCommands redis = SharedRedis.connect()) {
            nodes.one.transact(session -> session.persist(new Product(1, "A-1", "first")));
            nodes.share(
                    session -> assertThat(session.find(Product.class, 1L).name).isEqualTo("first"));
            assertThat(redis.call("HEXISTS", "region-prefix:{shop." + Product.class.getName() + "}:data", "1"))
                    .isEqualTo(1L);
            assertThat(other.isCached(() -> other.find(Product.class, 1L))).isFalse();
            nodes.one.factory().getCache().evictAllRegions();
            assertThat(other.isCached(() -> other.find(Product.class, 1L))).isTrue();
        }
    }

    @Test
    void anInverseCollectionIsEvictedWithItsMembersIfTheOrmIsConfiguredSo() {
        try (Nodes nodes = Nodes.start(Application.on("auto-evict", Parent.class, Child.class)
                .set(AvailableSettings.AUTO_EVICT_COLLECTION_CACHE, "true"))) {
            nodes.one.transact(session -> {
                Parent parent = new Parent();
                parent.id = 1L;
                session.persist(parent);
            });
            nodes.share(session ->
                    assertThat(session.find(Parent.class, 1L).children).isEmpty());
            nodes.seeChange(
                    session -> {
                        Child child = new Child();
                        child.id = 1L;
                        child.parent = session.find(Parent.class, 1L);
                        session.persist(child);
                    },
                    session ->
                            assertThat(session.find(Parent.class, 1L).children).hasSize(1));
            nodes.seeChange(
                    session -> session.remove(session.find(Child.class, 1L)),
                    session ->
                            assertThat(session.find(Parent.class, 1L).children).isEmpty());
        }
    }
}
