package io.github.hibernateredis.codec;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.Vector;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Serializes the JDK's collections in object graphs. Counts are checked against the input before memory is allocated.
 * Unmodifiable collections are decoded to unmodifiable ones with the same elements in the same order.
 */
final class CollectionSerializers {

    private CollectionSerializers() {}

    /** Registers the serializers under consecutive ids; their order is part of the format. */
    static void register(Kryo kryo, int firstId) {
        int id = firstId;
        kryo.register(ArrayList.class, new OfCollection(ArrayList::new), id++);
        kryo.register(LinkedList.class, new OfCollection(n -> new LinkedList<>()), id++);
        kryo.register(Vector.class, new OfCollection(Vector::new), id++);
        kryo.register(CopyOnWriteArrayList.class, copies(CopyOnWriteArrayList::new), id++);
        kryo.register(ArrayDeque.class, new OfCollection(ArrayDeque::new), id++);
        kryo.register(HashSet.class, new OfCollection(n -> new HashSet<>(capacity(n))), id++);
        kryo.register(LinkedHashSet.class, new OfCollection(n -> new LinkedHashSet<>(capacity(n))), id++);
        kryo.register(TreeSet.class, new OfTreeSet(), id++);
        kryo.register(HashMap.class, new OfMap(n -> new HashMap<>(capacity(n))), id++);
        kryo.register(LinkedHashMap.class, new OfMap(n -> new LinkedHashMap<>(capacity(n))), id++);
        kryo.register(ConcurrentHashMap.class, new OfMap(n -> new ConcurrentHashMap<>(capacity(n))), id++);
        kryo.register(TreeMap.class, new OfTreeMap(), id++);
        kryo.register(Optional.class, new OfOptional(), id++);

        Serializer<?> unmodifiableLists = copies(c -> Collections.unmodifiableList(new ArrayList<>(c)));
        Serializer<?> unmodifiableSets = setCopies();
        Serializer<?> unmodifiableMaps = mapCopies(Collections::unmodifiableMap);
        Serializer<?> immutableLists = copies(CollectionSerializers::immutableList);
        List<Integer> two = List.of(1, 2);
        id = registerAll(kryo, id, immutableLists, List.of(), List.of(1), two.subList(0, 1));
        id = registerAll(kryo, id, unmodifiableSets, Set.of(), Set.of(1));
        id = registerAll(kryo, id, unmodifiableMaps, Map.of(), Map.of(1, 1));
        id = registerAll(kryo, id, copies(c -> Arrays.asList(c.toArray())), Arrays.asList(1, 2));
        id = registerAll(kryo, id, unmodifiableLists, Collections.emptyList(), Collections.singletonList(1));
        id = registerAll(
                kryo,
                id,
                unmodifiableLists,
                Collections.unmodifiableList(new ArrayList<>()),
                Collections.unmodifiableList(new LinkedList<>()));
        id = registerAll(kryo, id, unmodifiableSets, Collections.emptySet(), Collections.singleton(1));
        id = registerAll(kryo, id, unmodifiableSets, Collections.unmodifiableSet(new HashSet<>()));
        id = registerAll(kryo, id, unmodifiableMaps, Collections.emptyMap(), Collections.singletonMap(1, 1));
        registerAll(kryo, id, unmodifiableMaps, Collections.unmodifiableMap(new HashMap<>()));
    }

    /**
     * The classes are hidden, so sample objects provide them. Kryo keeps one class for each id, so each class gets its
     * own id.
     */
    private static int registerAll(Kryo kryo, int firstId, Serializer<?> serializer, Object... samples) {
        int id = firstId;
        for (Object sample : samples) {
            kryo.register(sample.getClass(), serializer, id++);
        }
        return id;
    }

    private static int capacity(int elements) {
        return (int) (elements / 0.75f) + 1;
    }

    /** {@code Stream.toList()} creates immutable lists with nulls, which {@code List.copyOf} rejects. */
    private static List<Object> immutableList(Collection<Object> elements) {
        return elements.contains(null)
                ? Collections.unmodifiableList(new ArrayList<>(elements))
                : List.copyOf(elements);
    }

    private static OfCollection copies(UnaryCopy copy) {
        return copies(ArrayList::new, copy);
    }

    private static OfCollection setCopies() {
        return copies(LinkedHashSet::new, c -> Collections.unmodifiableSet((Set<Object>) c));
    }

    private static OfCollection copies(Supplier<Collection<Object>> collector, UnaryCopy copy) {
        return new OfCollection(ArrayList::new) {
            @Override
            public Collection<Object> read(Kryo kryo, Input in, Class<? extends Collection<Object>> type) {
                Collection<Object> elements = collector.get();
                readElements(kryo, (WireInput) in, elements, ((WireInput) in).readCount(8));
                return copy.of(elements);
            }
        };
    }

    @FunctionalInterface
    private interface UnaryCopy {
        Collection<Object> of(Collection<Object> elements);
    }

    private static OfMap mapCopies(UnaryOperator<Map<Object, Object>> copy) {
        return new OfMap(n -> new LinkedHashMap<>(capacity(n))) {
            @Override
            public Map<Object, Object> read(Kryo kryo, Input in, Class<? extends Map<Object, Object>> type) {
                Map<Object, Object> map = new LinkedHashMap<>();
                readEntries(kryo, (WireInput) in, map, ((WireInput) in).readCount(16));
                return copy.apply(map);
            }
        };
    }

    private static class OfCollection extends Serializer<Collection<Object>> {

        private final IntFunction<Collection<Object>> factory;

        OfCollection(IntFunction<Collection<Object>> factory) {
            this.factory = factory;
        }

        @Override
        public void write(Kryo kryo, Output out, Collection<Object> collection) {
            Object[] elements = collection.toArray();
            out.writeVarInt(elements.length, true);
            for (Object element : elements) {
                kryo.writeClassAndObject(out, element);
            }
        }

        @Override
        public Collection<Object> read(Kryo kryo, Input in, Class<? extends Collection<Object>> type) {
            int size = ((WireInput) in).readCount(8);
            Collection<Object> collection = factory.apply(size);
            kryo.reference(collection);
            readElements(kryo, (WireInput) in, collection, size);
            return collection;
        }

        static void readElements(Kryo kryo, WireInput in, Collection<Object> collection, int size) {
            boolean hashes = collection instanceof Set;
            for (int i = 0; i < size; i++) {
                Object element = kryo.readClassAndObject(in);
                if (hashes) {
                    Sharing.of(kryo).charge(element, in);
                }
                collection.add(element);
            }
        }
    }

    private static final class OfTreeSet extends OfCollection {

        OfTreeSet() {
            super(n -> new TreeSet<>());
        }

        @Override
        public void write(Kryo kryo, Output out, Collection<Object> collection) {
            writeComparator(kryo, out, ((SortedSet<?>) collection).comparator());
            super.write(kryo, out, collection);
        }

        @Override
        public Collection<Object> read(Kryo kryo, Input in, Class<? extends Collection<Object>> type) {
            Collection<Object> set = new TreeSet<>(readComparator(kryo, in));
            kryo.reference(set);
            readElements(kryo, (WireInput) in, set, ((WireInput) in).readCount(8));
            return set;
        }
    }

    private static class OfMap extends Serializer<Map<Object, Object>> {

        private final IntFunction<Map<Object, Object>> factory;

        OfMap(IntFunction<Map<Object, Object>> factory) {
            this.factory = factory;
        }

        @Override
        public void write(Kryo kryo, Output out, Map<Object, Object> map) {
            Object[] entries = map.entrySet().toArray();
            out.writeVarInt(entries.length, true);
            for (Object each : entries) {
                Map.Entry<?, ?> entry = (Map.Entry<?, ?>) each;
                kryo.writeClassAndObject(out, entry.getKey());
                kryo.writeClassAndObject(out, entry.getValue());
            }
        }

        @Override
        public Map<Object, Object> read(Kryo kryo, Input in, Class<? extends Map<Object, Object>> type) {
            int size = ((WireInput) in).readCount(16);
            Map<Object, Object> map = factory.apply(size);
            kryo.reference(map);
            readEntries(kryo, (WireInput) in, map, size);
            return map;
        }

        static void readEntries(Kryo kryo, WireInput in, Map<Object, Object> map, int size) {
            for (int i = 0; i < size; i++) {
                Object key = kryo.readClassAndObject(in);
                Sharing.of(kryo).charge(key, in);
                map.put(key, kryo.readClassAndObject(in));
            }
        }
    }

    private static final class OfTreeMap extends OfMap {

        OfTreeMap() {
            super(n -> new TreeMap<>());
        }

        @Override
        public void write(Kryo kryo, Output out, Map<Object, Object> map) {
            writeComparator(kryo, out, ((SortedMap<?, ?>) map).comparator());
            super.write(kryo, out, map);
        }

        @Override
        public Map<Object, Object> read(Kryo kryo, Input in, Class<? extends Map<Object, Object>> type) {
            Map<Object, Object> map = new TreeMap<>(readComparator(kryo, in));
            kryo.reference(map);
            readEntries(kryo, (WireInput) in, map, ((WireInput) in).readCount(16));
            return map;
        }
    }

    private static final List<Comparator<?>> COMPARATORS =
            List.of(Comparator.naturalOrder(), Collections.reverseOrder(), String.CASE_INSENSITIVE_ORDER);

    /** Writes no comparator, one of the JDK's singletons, or an object of an allowed class. */
    private static void writeComparator(Kryo kryo, Output out, @Nullable Comparator<?> comparator) {
        if (comparator == null) {
            out.writeByte(0);
            return;
        }
        int known = COMPARATORS.indexOf(comparator);
        if (known >= 0) {
            out.writeByte(2 + known);
        } else {
            out.writeByte(1);
            kryo.writeClassAndObject(out, comparator);
        }
    }

    @SuppressWarnings("unchecked")
    private static @Nullable Comparator<Object> readComparator(Kryo kryo, Input in) {
        int kind = in.readByte();
        return switch (kind) {
            case 0 -> null;
            case 1 -> (Comparator<Object>) kryo.readClassAndObject(in);
            default -> (Comparator<Object>) COMPARATORS.get(kind - 2);
        };
    }

    private static final class OfOptional extends Serializer<Optional<Object>> {

        @Override
        public void write(Kryo kryo, Output out, Optional<Object> optional) {
            kryo.writeClassAndObject(out, optional.orElse(null));
        }

        @Override
        public Optional<Object> read(Kryo kryo, Input in, Class<? extends Optional<Object>> type) {
            return Optional.ofNullable(kryo.readClassAndObject(in));
        }
    }

    /** Writes the class of the elements first, because the set may be empty. */
    static final class OfEnumSet extends Serializer<EnumSet<?>> {

        @Override
        public void write(Kryo kryo, Output out, EnumSet<?> set) {
            EnumSet<?> sample = set.isEmpty() ? EnumSet.complementOf(set) : set;
            if (sample.isEmpty()) {
                throw new UncacheableValueException("A set of an enum without constants cannot be cached");
            }
            kryo.writeClass(out, sample.iterator().next().getDeclaringClass());
            out.writeVarInt(set.size(), true);
            for (Enum<?> element : set) {
                out.writeVarInt(element.ordinal(), true);
            }
        }

        @Override
        public EnumSet<?> read(Kryo kryo, Input in, Class<? extends EnumSet<?>> type) {
            return read((WireInput) in, kryo.readClass(in).getType());
        }

        @SuppressWarnings({"unchecked", "rawtypes"})
        private static EnumSet<?> read(WireInput in, Class elementType) {
            if (!elementType.isEnum()) {
                throw new KryoException("Not an enum: " + elementType.getName());
            }
            EnumSet set = EnumSet.noneOf(elementType);
            for (int left = in.readCount(8); left > 0; left--) {
                set.add(elementType.getEnumConstants()[in.readVarInt(true)]);
            }
            return set;
        }
    }
}
