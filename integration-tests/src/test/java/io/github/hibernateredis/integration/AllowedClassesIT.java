package io.github.hibernateredis.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hibernateredis.RedisSettings;
import io.github.hibernateredis.config.ConfigException;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.Serializable;
import java.util.List;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.junit.jupiter.api.Test;

/** Values of classes that the mapping does not name. */
class AllowedClassesIT {

    record Parcel(String content, List<Integer> sizes) implements Serializable {}

    /** Fails, as code of an application may. */
    record Broken(String content) implements Serializable {
        @Override
        public String content() {
            throw new IllegalStateException("no content " + System.nanoTime());
        }
    }

    @Entity(name = "Shipment")
    @Cacheable
    static class Shipment {
        @Id
        Long id;

        @JdbcTypeCode(SqlTypes.VARBINARY)
        @Column(length = 4000)
        Serializable load;
    }

    private static void store(Application node, long id, Serializable load) {
        node.transact(session -> {
            Shipment shipment = new Shipment();
            shipment.id = id;
            shipment.load = load;
            session.persist(shipment);
        });
    }

    private static boolean isCached(Application node, long id, Object expected) {
        for (int i = 0; i < 2; i++) {
            assertThat(node.find(Shipment.class, id).load).isEqualTo(expected);
        }
        return node.isCached(() -> node.find(Shipment.class, id));
    }

    @Test
    void aClassThatIsNotThereStopsTheStart() {
        assertThatThrownBy(() -> Application.on("allowed-nowhere", Shipment.class)
                        .set(RedisSettings.ALLOWED_CLASSES, "com.acme.Nowhere")
                        .start())
                .rootCause()
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(RedisSettings.ALLOWED_CLASSES)
                .hasMessageContaining("com.acme.Nowhere")
                .hasMessageContaining("expected names of existing classes");
    }

    @Test
    void valuesOfAllowedClassesAreCached() {
        Parcel parcel = new Parcel("book", List.of(1, 2));
        for (String allowed : List.of(Parcel.class.getName(), "io.github.hibernateredis.integration.*")) {
            try (Application node = Application.on("allowed-" + allowed.length(), Shipment.class)
                    .set(RedisSettings.ALLOWED_CLASSES, allowed)
                    .start()) {
                store(node, 1, parcel);
                assertThat(isCached(node, 1, parcel)).isTrue();
            }
        }
    }

    @Test
    void othersAreNotCachedAndAreLoggedOnce() {
        PrintStream original = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, UTF_8));
        try (Application node = Application.on("not-allowed", Shipment.class).start()) {
            Parcel parcel = new Parcel("book", List.of(1, 2));
            store(node, 1, parcel);
            assertThat(isCached(node, 1, parcel)).isFalse();
            store(node, 2, new Parcel("pen", List.of()));
            store(node, 3, "a text");
            assertThat(isCached(node, 3, "a text")).as("others of the region").isTrue();
            node.transact(session -> session.find(Shipment.class, 3L).load = parcel);
            assertThat(isCached(node, 3, parcel)).isFalse();
        } finally {
            System.setErr(original);
        }
        assertThat(log.toString(UTF_8).lines().filter(line -> line.contains(Parcel.class.getName())))
                .singleElement()
                .asString()
                .contains("Region " + Shipment.class.getName())
                .contains(RedisSettings.ALLOWED_CLASSES);
    }

    @Test
    void aValueWhoseOwnCodeFailsIsNotCachedAndIsLoggedOnce() {
        PrintStream original = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, UTF_8));
        try (Application node = Application.on("failing", Shipment.class)
                .set(RedisSettings.ALLOWED_CLASSES, Broken.class.getName())
                .start()) {
            store(node, 1, new Broken("x"));
            store(node, 2, new Broken("y"));
            node.transact(session -> session.find(Shipment.class, 1L).load = "a text");
            assertThat(isCached(node, 1, "a text")).isTrue();
        } finally {
            System.setErr(original);
        }
        assertThat(log.toString(UTF_8).lines().filter(line -> line.contains("cannot be cached")))
                .singleElement()
                .asString()
                .contains("Region " + Shipment.class.getName());
    }
}
