package io.github.hibernateredis.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.hibernate.boot.registry.BootstrapServiceRegistryBuilder;
import org.hibernate.boot.registry.classloading.spi.ClassLoaderService;
import org.junit.jupiter.api.Test;

/** The self-describing form, object graphs in it, and hostile bytes. */
class ValuesTest {

    enum Level {
        LOW,
        HIGH {}
    }

    record Pair(Object left, Object right) {}

    static class Node {
        final String name;
        Node next;
        List<Node> all;
        transient int scratch = 5;

        Node(String name) {
            this.name = name;
        }
    }

    static class Child extends Node {
        int name = 7;

        Child() {
            super("child");
        }
    }

    static class ByLength implements Comparator<String> {
        @Override
        public int compare(String a, String b) {
            return Integer.compare(a.length(), b.length());
        }
    }

    static final ClassLoaderService CLASSES =
            new BootstrapServiceRegistryBuilder().build().requireService(ClassLoaderService.class);

    static Values values(Class<?>... allowed) {
        return new Values(new ClassList(List.of(allowed), List.of(), CLASSES), new FormattedTypes(), name -> null);
    }

    final Values values = values(Level.class, Pair.class, Node.class, Child.class, ByLength.class);

    @SuppressWarnings("unchecked")
    <T> T copy(T value) {
        WireOutput out = new WireOutput();
        values.write(out, value);
        WireInput in = new WireInput(out.toBytes(), 0);
        T copy = (T) values.read(in);
        assertThat(in.remaining()).isZero();
        return copy;
    }

    static WireInput bytes(Consumer<WireOutput> writer) {
        WireOutput out = new WireOutput();
        writer.accept(out);
        return new WireInput(out.toBytes(), 0);
    }

    @Test
    void keepsCollectionsOfTheJdk() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("z", 1);
        map.put("a", null);
        List<Object> kept = List.of(
                new ArrayList<>(List.of(1, "two")),
                new LinkedList<>(List.of(3L)),
                new HashMap<>(map),
                map,
                new TreeMap<>(Map.of("x", 1)),
                new TreeSet<>(Set.of(3, 1)),
                new ConcurrentHashMap<>(Map.of(1, 2)),
                List.of(),
                List.of(1),
                List.of(1, 2, 3),
                List.of(1, 2, 3).subList(0, 2),
                Set.of(),
                Set.of(1),
                Set.of(1, 2, 3),
                Map.of(),
                Map.of(1, 2),
                Map.of(1, 2, 3, 4),
                Arrays.asList(1, null),
                Optional.empty(),
                Optional.of("x"),
                Collections.emptyList(),
                Collections.emptySet(),
                Collections.emptyMap(),
                Collections.singletonList(null),
                Collections.singleton(1),
                Collections.singletonMap(1, 2),
                Collections.unmodifiableList(new ArrayList<>()),
                Collections.unmodifiableList(new LinkedList<>(List.of(1))),
                Collections.unmodifiableSet(Set.of(2)),
                Collections.unmodifiableMap(map),
                Stream.of(1, null).toList(),
                EnumSet.of(Level.HIGH),
                EnumSet.noneOf(Level.class),
                EnumSet.allOf(Level.class));
        for (Object each : kept) {
            assertThat(copy(each)).as(each.getClass().getName()).isEqualTo(each);
        }
        assertThat(copy(map).keySet()).containsExactly("z", "a");
        assertThat(new ArrayList<>(copy(new ArrayDeque<>(List.of(1, 2))))).containsExactly(1, 2);
        assertThatThrownBy(() -> copy(List.of(1)).add(2)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void keepsOrders() {
        for (Comparator<String> order : Arrays.asList(
                null,
                Comparator.<String>naturalOrder(),
                Comparator.<String>reverseOrder(),
                String.CASE_INSENSITIVE_ORDER)) {
            TreeSet<String> set = new TreeSet<>(order);
            set.addAll(List.of("b", "A", "c"));
            assertThat(copy(set).comparator()).isSameAs(order);
            assertThat(copy(set)).containsExactlyElementsOf(set);
        }
        TreeSet<String> set = new TreeSet<>(new ByLength());
        set.addAll(List.of("ccc", "a"));
        assertThat(copy(set).comparator()).isInstanceOf(ByLength.class);
        assertThatThrownBy(() -> copy(new TreeSet<>(Comparator.comparing(String::length))))
                .isInstanceOf(UncacheableValueException.class);
    }

    @Test
    void keepsObjectsWithHiddenFieldsCyclesAndNoConstructor() {
        Child child = new Child();
        child.next = new Node("next");
        child.next.next = child;
        child.all = new ArrayList<>(List.of(child, child.next));

        Child copy = copy(child);

        assertThat(((Node) copy).name).isEqualTo("child");
        assertThat(copy.name).isEqualTo(7);
        assertThat(copy.next.next).isSameAs(copy);
        assertThat(copy.all).containsExactly(copy, copy.next);
    }

    @Test
    void keepsArraysOfEveryShape() {
        for (Object array : new Object[] {
            new int[][] {{1}, {}},
            new String[][] {{"a", null}},
            new Level[] {Level.HIGH, null},
            new Pair[] {new Pair(1, "x")},
            new Object[] {new Object[] {null}},
            new Integer[] {1, null},
            new byte[][] {{1}},
            new Level[0][0]
        }) {
            ValueCodecTest.assertIdentical("array", copy(array), array);
        }
    }

    @Test
    void refusesWhatWouldNotComeBack() {
        Node chain = new Node("0");
        for (int i = 0; i < 100_000; i++) {
            Node longer = new Node("n");
            longer.next = chain;
            chain = longer;
        }
        Node tooLong = chain;
        assertThatThrownBy(() -> copy(tooLong)).hasMessageContaining("depth");
        Object nested = "x";
        for (int i = 0; i < 100; i++) {
            nested = new Object[] {nested};
        }
        Object tooDeep = nested;
        assertThatThrownBy(() -> copy(tooDeep)).hasMessageContaining("Nested");
        assertThatThrownBy(() -> copy(new Pair(1, new Thread()))).hasMessageContaining("java.lang.Thread");
        assertThatThrownBy(() -> copy(Class.class)).hasMessageContaining("java.lang.Class");
        Runnable lambda = () -> {};
        assertThatThrownBy(() -> copy(lambda)).isInstanceOf(UncacheableValueException.class);
    }

    @Test
    void doesNotResolveAClassThatIsNotOnTheList() {
        WireOutput out = new WireOutput();
        values.write(out, new Pair(1, 2));
        WireInput in = new WireInput(out.toBytes(), 0);
        assertThatThrownBy(() -> values(Level.class, Node.class).read(in)).hasMessageContaining("Unknown class");
    }

    /** With {@code sun.misc.Unsafe} this would succeed, and crash later. */
    @Test
    void neverPutsAValueIntoAFieldOfAnotherType() {
        WireOutput out = new WireOutput();
        Node node = new Node("name");
        node.all = new ArrayList<>();
        values.write(out, node);
        byte[] bytes = out.toBytes();
        // The list's class, a built-in one, is replaced by another collection class.
        int list = indexOf(bytes, bytes(o -> o.writeVarInt(256 + 3 + 3, true)));
        bytes[list] += 5; // HashSet
        assertThatThrownBy(() -> values.read(new WireInput(bytes, 0))).isInstanceOf(IllegalArgumentException.class);
    }

    private static int indexOf(byte[] bytes, WireInput part) {
        byte[] searched = part.readClaimed(part.remaining());
        for (int i = 0; i + searched.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + searched.length, searched, 0, searched.length)) {
                return i;
            }
        }
        throw new AssertionError("not found");
    }

    @Test
    void allocatesNothingThatIsOnlyAnnounced() {
        List<Consumer<WireOutput>> bombs = new ArrayList<>();
        for (int tag = 3; tag < Scalar.FIRST_TAG + 60; tag++) {
            int each = tag;
            bombs.add(out -> {
                out.writeByte(each);
                out.writeVarInt(1 << 29, true);
                out.writeVarInt(1 << 29, true);
                out.writeVarInt(1 << 29, true);
            });
        }
        for (int id = 0; id < 400; id++) {
            int each = id;
            bombs.add(out -> {
                out.writeByte(9);
                out.writeVarInt(each, true);
                out.writeByte(1);
                out.writeVarInt(1 << 29, true);
            });
        }
        bombs.add(out -> {
            for (int i = 0; i < 60; i++) { // each one claims all remaining bytes, nested in the previous one
                out.writeByte(3);
                out.writeVarInt(99_000, true);
            }
            out.writeBytes(new byte[100_000]);
        });
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        copy("warm");
        for (Consumer<WireOutput> bomb : bombs) {
            WireInput in = bytes(bomb);
            int length = in.remaining();
            long before = threads.getCurrentThreadAllocatedBytes();
            try {
                values.read(in);
            } catch (RuntimeException expected) {
                // Most of them cannot be read; only the cost matters.
            }
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1_000_000L + 32L * length);
        }
    }
}
