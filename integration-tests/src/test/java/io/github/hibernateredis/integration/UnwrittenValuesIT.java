package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hibernate.annotations.CacheConcurrencyStrategy.NONSTRICT_READ_WRITE;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;
import org.hibernate.CacheMode;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.ColumnTransformer;
import org.hibernate.annotations.Generated;
import org.hibernate.generator.EventType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * After a write the ORM caches the entity's state, although the database may have stored another value. Checks the
 * documentation of this case and its remedies.
 */
class UnwrittenValuesIT {

    @MappedSuperclass
    abstract static class Coupon {
        @Id
        Long id = 1L;

        String text;

        @Column(updatable = false)
        String issuer = "first";
    }

    @Entity(name = "PlainCoupon")
    @Cacheable
    static class PlainCoupon extends Coupon {
        @ColumnTransformer(write = "upper(?)")
        String code = "code";
    }

    @Entity(name = "UnheldCoupon")
    @Cacheable
    @Cache(usage = NONSTRICT_READ_WRITE)
    static class UnheldCoupon extends Coupon {
        @ColumnTransformer(write = "upper(?)")
        String code = "code";
    }

    @Entity(name = "AskingCoupon")
    @Cacheable
    static class AskingCoupon extends Coupon {
        @Generated(
                event = {EventType.INSERT, EventType.UPDATE},
                writable = true)
        @ColumnTransformer(write = "upper(?)")
        String code = "code";
    }

    private static Nodes nodes(String name) {
        return Nodes.of("unwritten-" + name, PlainCoupon.class, UnheldCoupon.class, AskingCoupon.class);
    }

    private static void change(Coupon coupon) {
        coupon.text = "changed";
        coupon.issuer = "second";
    }

    @Test
    void theEntityProvidesTheValue() {
        try (Nodes nodes = nodes("plain")) {
            nodes.one.transact(session -> session.persist(new PlainCoupon()));
            assertThat(nodes.two.find(PlainCoupon.class, 1L).code).isEqualTo("code");
            nodes.one.transact(session -> change(session.find(PlainCoupon.class, 1L)));
            assertThat(nodes.two.find(PlainCoupon.class, 1L).issuer).isEqualTo("second");
            nodes.evictEverything();
            assertThat(nodes.two.find(PlainCoupon.class, 1L).issuer).isEqualTo("first");
            assertThat(nodes.two.find(PlainCoupon.class, 1L).code).isEqualTo("CODE");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "IGNORE"})
    void aSessionThatPutsNothingDropsTheItem(CacheMode mode) {
        try (Nodes nodes = nodes(mode.name())) {
            nodes.one.transact(session -> {
                session.setCacheMode(mode);
                session.persist(new PlainCoupon());
            });
            assertThat(nodes.two.find(PlainCoupon.class, 1L).code).isEqualTo("CODE");
            nodes.one.transact(session -> {
                session.setCacheMode(mode);
                change(session.find(PlainCoupon.class, 1L));
            });
            assertThat(nodes.two.find(PlainCoupon.class, 1L).issuer).isEqualTo("first");
            assertThat(nodes.two.find(PlainCoupon.class, 1L).text).isEqualTo("changed");
        }
    }

    @Test
    void withoutLocksNoWriteStoresAValue() {
        try (Nodes nodes = nodes("nonstrict")) {
            nodes.one.transact(session -> session.persist(new UnheldCoupon()));
            assertThat(nodes.two.find(UnheldCoupon.class, 1L).code).isEqualTo("CODE");
            nodes.one.transact(session -> change(session.find(UnheldCoupon.class, 1L)));
            assertThat(nodes.two.find(UnheldCoupon.class, 1L).issuer).isEqualTo("first");
        }
    }

    @Test
    void aGeneratedValueIsReadBack() {
        try (Nodes nodes = nodes("generated")) {
            nodes.one.transact(session -> session.persist(new AskingCoupon()));
            Nodes.assertServed(
                    nodes.two,
                    session -> assertThat(session.find(AskingCoupon.class, 1L).code)
                            .isEqualTo("CODE"));
        }
    }
}
