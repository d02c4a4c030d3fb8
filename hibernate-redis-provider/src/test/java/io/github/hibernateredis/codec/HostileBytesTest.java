package io.github.hibernateredis.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hibernateredis.codec.CodecDomain.Animal;
import io.github.hibernateredis.codec.CodecDomain.ByEmbedded;
import io.github.hibernateredis.codec.CodecDomain.Color;
import io.github.hibernateredis.codec.CodecDomain.Everything;
import io.github.hibernateredis.codec.CodecDomain.Owner;
import io.github.hibernateredis.codec.CodecDomain.Place;
import io.github.hibernateredis.codec.CodecDomain.Plan;
import io.github.hibernateredis.codec.CodecDomain.Rgb;
import io.github.hibernateredis.codec.CodecDomain.Shelf;
import io.github.hibernateredis.codec.Decoders.Kind;
import io.github.hibernateredis.config.Compression;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.zip.Deflater;
import org.hibernate.engine.spi.SessionImplementor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Damaged bytes, and bytes from an attacker who knows the format. Every checksum is correct. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileBytesTest {

    private static final int GRAPH = 9;
    private static final int ARRAY_LIST = 3 + 256 + 3;
    private static final int HASH_SET = ARRAY_LIST + 5;
    private static final int TREE_SET = ARRAY_LIST + 7;
    private static final int HASH_MAP = ARRAY_LIST + 8;
    private static final int OPTIONAL = ARRAY_LIST + 12;
    private static final int KRYO_STRING = 3 + 1;
    private static final int LISTED = 1;
    private static final int ARRAY = 2;

    /** On every class path of an application, or known from exploits of other formats. */
    private static final List<String> GADGETS = List.of(
            "io.github.hibernateredis.codec.Trap",
            "javax.script.ScriptEngineManager",
            "com.sun.rowset.JdbcRowSetImpl",
            "com.sun.org.apache.xalan.internal.xsltc.trax.TemplatesImpl",
            "java.net.URLClassLoader",
            "java.util.PriorityQueue",
            "java.lang.reflect.Proxy",
            "java.lang.ProcessBuilder",
            "java.rmi.server.UnicastRemoteObject",
            "org.h2.jdbcx.JdbcDataSource",
            "org.hibernate.engine.jdbc.connections.internal.DriverManagerConnectionProviderImpl",
            "com.esotericsoftware.kryo.Kryo");

    static Decoders decoders;
    static Map<String, byte[]> samples;

    @BeforeAll
    static void open() {
        decoders = new Decoders();
        samples = samples(decoders);
    }

    @AfterAll
    static void close() {
        decoders.close();
    }

    /** Encoded values, by kind and compression, as inputs. */
    private static Map<String, byte[]> samples(Decoders decoders) {
        Map<Kind, Object> values = new LinkedHashMap<>();
        Domain domain = decoders.domain;
        domain.inTransaction(session -> {
            session.persist(new CodecDomain.Dog(7L, "Rex", 3));
            session.persist(new ByEmbedded(new Place("Ulm", 3, "EG", Color.GREEN), "U3"));
            Owner owner = new Owner();
            owner.id = 1L;
            owner.lines.addAll(List.of("one", "two", "three"));
            owner.addresses.put("home", new CodecDomain.Address("Main", 1, new CodecDomain.Geo(1.5, -2.5)));
            owner.labels = new String[] {"x", null};
            session.persist(owner);
            Shelf shelf = new Shelf();
            shelf.id = 1L;
            shelf.things.addAll(List.of("cup", "plate"));
            session.persist(shelf);
            return null;
        });
        domain.inTransaction(session -> {
            Animal dog = session.find(Animal.class, 7L);
            ByEmbedded composite = session.find(ByEmbedded.class, new Place("Ulm", 3, "EG", Color.GREEN));
            session.find(Owner.class, 1L).animals.add(dog);
            values.put(Kind.EVERYTHING, ValueCodecTest.entry(session, ValueCodecTest.everything(dog, composite)));
            values.put(Kind.ANIMAL, ValueCodecTest.entry(session, dog));
            Plan plan = new Plan();
            plan.id = 1L;
            plan.steps = new CodecDomain.Step[] {
                new CodecDomain.Step(CodecDomain.Kind.SECOND, new CodecDomain.Inner(Color.GREEN))
            };
            values.put(Kind.PLAN, ValueCodecTest.entry(session, plan));
            return null;
        });
        domain.inTransaction(session -> {
            values.put(Kind.ANIMALS, collection(session, domain, Owner.class, "animals"));
            values.put(Kind.LINES, collection(session, domain, Owner.class, "lines"));
            values.put(Kind.ADDRESSES, collection(session, domain, Owner.class, "addresses"));
            values.put(Kind.LABELS, collection(session, domain, Owner.class, "labels"));
            values.put(Kind.THINGS, collection(session, domain, Shelf.class, "things"));
            values.put(Kind.LOOSE, ValueCodecTest.entry(session, new CodecDomain.Loose()));
            return null;
        });
        values.put(Kind.BOOK_ID, 42L);
        values.put(Kind.EMBEDDED_ID, new Place("Ulm", 3, "EG", Color.GREEN));
        Map<String, byte[]> samples = new LinkedHashMap<>();
        values.forEach((kind, value) -> {
            ValueCodec codec = (ValueCodec) decoders.codec(kind);
            samples.put(kind + ".plain", input(kind, codec.encode(value)));
            samples.put(
                    kind + ".deflate",
                    input(kind, codec.encode(value, new Compression(Compression.Algorithm.DEFLATE, 0))));
            samples.put(kind + ".lz4", input(kind, codec.encode(value, new Compression(Compression.Algorithm.LZ4, 0))));
        });
        HibernateInternals orm = HibernateInternals.get();
        Object metadata = orm.newMetadata(new HibernateInternals.Metadata(
                new String[] {"a"},
                new org.hibernate.type.BasicType<?>[] {QueryResultsCodecTest.column(domain, Everything.class, "text")},
                new int[] {0}));
        List<Object> rows = List.of(
                metadata,
                new Object[] {1, "x", new Rgb(1, 2, 3)},
                List.of("y", Set.of(2)),
                Color.RED,
                new int[] {7},
                4);
        byte[] results = decoders.codecs.queryResults().encode(orm.newCacheItem(1, rows), "0123456789abcdef");
        samples.put(Kind.RESULTS + ".plain", input(Kind.RESULTS, results));
        return samples;
    }

    private static Object collection(SessionImplementor session, Domain domain, Class<?> owner, String property) {
        return ValueCodecTest.collectionEntry(session, owner, property, domain.collection(owner, property));
    }

    private static byte[] input(Kind kind, byte[] body) {
        byte[] input = Arrays.copyOfRange(body, 3, body.length);
        input[0] = (byte) kind.ordinal();
        return input;
    }

    /** A payload of the entity that contains one value of any class. */
    private static byte[] loose(Consumer<WireOutput> value) {
        WireOutput out = new WireOutput();
        out.writeByte(Kind.LOOSE.ordinal());
        out.writeByte(Compressor.PLAIN);
        out.writeVarInt(0, true); // the subclass
        out.writeByte(AttributeCodec.TAGGED); // the version is null
        value.accept(out);
        return out.toBytes();
    }

    private static byte[] graph(Consumer<WireOutput> root) {
        return loose(out -> {
            out.writeByte(GRAPH);
            root.accept(out);
        });
    }

    /** All seeds of the fuzzer. */
    static Map<String, byte[]> inputs(Decoders decoders) {
        Map<String, byte[]> inputs = new LinkedHashMap<>(samples(decoders));
        inputs.putAll(made(1));
        inputs.keySet().removeIf(name -> name.startsWith("gadget") && !name.endsWith(GADGETS.get(0)));
        return inputs;
    }

    /** Inputs made by hand; the size of the larger ones depends on the parameter. */
    static Map<String, byte[]> made(int size) {
        Map<String, byte[]> made = new LinkedHashMap<>();
        made.put("made.empty", new byte[] {(byte) Kind.LOOSE.ordinal()});
        made.put("made.nested-arrays", loose(nested(size * 1000, 3, 1)));
        made.put("made.nested-references", loose(nested(size * 1000, 7, 3 << 2 | 1, 'x', 'y', 'z')));
        made.put("made.nested-lists", graph(nested(size * 1000, ARRAY_LIST, 1, 1)));
        made.put("made.nested-optionals", graph(nested(size * 1000, OPTIONAL, 1)));
        made.put("made.array-of-array-of", graph(nested(size * 1000, ARRAY)));
        made.put("made.sets-that-share", graph(out -> sharing(out, HASH_SET, 50 + size)));
        made.put("made.lists-that-share", graph(out -> sharing(out, ARRAY_LIST, 50 + size)));
        made.put("made.keys-that-share", graph(out -> {
            varInts(out, HASH_MAP, 1, 1);
            sharing(out, ARRAY_LIST, 50 + size);
        }));
        made.put("made.set-in-itself", graph(out -> varInts(out, HASH_SET, 1, 1, HASH_SET, 2)));
        made.put("made.list-in-itself", graph(out -> varInts(out, HASH_SET, 1, 1, ARRAY_LIST, 1, 1, ARRAY_LIST, 3)));
        made.put("made.unequal-orders", graph(out -> {
            varInts(out, TREE_SET, 1);
            out.writeByte(99); // no such comparator
        }));
        made.put("made.vast-decimal", loose(out -> {
            out.writeByte(Scalar.of(BigDecimal.class).tag());
            varInts(out, 2 * 100_000_000 - 1, 1, 1); // the scale -10^8
        }));
        for (String gadget : GADGETS) {
            made.put("gadget.named." + gadget, graph(out -> {
                varInts(out, LISTED, 0);
                out.writeLong(0);
                out.writeString(gadget);
                out.writeByte(1);
            }));
            made.put("gadget.class." + gadget, loose(out -> {
                out.writeByte(10);
                out.writeString(gadget);
                out.writeLong(0);
            }));
            made.put("gadget.document." + gadget, loose(out -> {
                out.writeByte(8);
                out.writeString(gadget);
                out.writeString("{}");
            }));
            made.put("gadget.reference." + gadget, loose(out -> {
                out.writeByte(7);
                out.writeString(gadget);
                out.writeByte(0);
            }));
        }
        return made;
    }

    private static Consumer<WireOutput> nested(int depth, int... each) {
        return out -> {
            for (int i = 0; i < depth; i++) {
                varInts(out, each);
            }
        };
    }

    private static void varInts(WireOutput out, int... values) {
        for (int value : values) {
            out.writeVarInt(value, true);
        }
    }

    /**
     * Each level has two collections, which both contain both collections of the next level: as a tree, each level
     * doubles.
     */
    private static void sharing(WireOutput out, int kind, int levels) {
        List<Object> one = new ArrayList<>(List.of("end"));
        List<Object> other = new ArrayList<>(List.of("end", "other"));
        for (int i = 0; i < levels; i++) {
            List<Object> above = new ArrayList<>(List.of(0, 0));
            above.set(0, one);
            above.set(1, other);
            List<Object> beside = new ArrayList<>(above);
            beside.add("other");
            one = above;
            other = beside;
        }
        writeShared(out, kind, one, new IdentityHashMap<>());
    }

    private static void writeShared(WireOutput out, int kind, Object object, Map<Object, Integer> ids) {
        boolean text = object instanceof String;
        out.writeVarInt(text ? KRYO_STRING : kind, true);
        Integer id = ids.putIfAbsent(text ? new Object() : object, ids.size());
        if (id != null) {
            out.writeVarInt(id + 2, true);
            return;
        }
        out.writeVarInt(1, true);
        if (text) {
            out.writeString((String) object);
            return;
        }
        List<?> elements = (List<?>) object;
        out.writeVarInt(elements.size(), true);
        elements.forEach(element -> writeShared(out, kind, element, ids));
    }

    @Test
    void samplesAreValues() {
        samples.forEach((name, sample) ->
                assertThat(decoders.decodeInput(sample)).as(name).isNotNull());
        Set<Integer> kinds =
                samples.values().stream().map(sample -> (int) sample[0]).collect(Collectors.toSet());
        assertThat(kinds).hasSameSizeAs(Kind.values());
    }

    @Test
    void truncatedValuesAreMisses() {
        samples.forEach((name, sample) -> {
            for (int length = 1; length < sample.length; length++) {
                assertThat(decoders.decodeInput(Arrays.copyOf(sample, length)))
                        .as("%s, %d of %d bytes", name, length, sample.length)
                        .isNull();
            }
            assertThat(decoders.decodeInput(Arrays.copyOf(sample, sample.length + 1)))
                    .as(name)
                    .isNull();
        });
    }

    /** Many of them are other, valid values, because the checksum is recomputed. */
    @Test
    void everyFlippedBitIsAValueOrAMiss() {
        samples.forEach((name, sample) -> {
            for (int bit = 8; bit < 8 * sample.length; bit++) {
                byte[] flipped = sample.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                decoders.decodeInput(flipped);
            }
        });
    }

    @Test
    void everyFlippedBitIsAMissIfTheCheckIsFromBefore() {
        byte[] sample = samples.get(Kind.EVERYTHING + ".plain");
        byte[] body = new byte[sample.length + 3];
        System.arraycopy(sample, 1, body, 4, sample.length - 1);
        CheckedCodec<?, ?> codec = decoders.codec(Kind.EVERYTHING);
        codec.fingerprint().seal(body);
        for (int bit = 0; bit < 8 * body.length; bit++) {
            body[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(codec.decodeChecked(body)).isNull();
            body[bit / 8] ^= (byte) (1 << bit % 8);
        }
        assertThat(codec.decodeChecked(body)).isNotNull();
    }

    /** Every number in the samples is replaced by the largest possible one. */
    @Test
    void everyHugeLengthIsAValueOrAMiss() {
        byte[][] huge = {{-1, -1, -1, -1, 7}, {-1, -1, -1, -1, 15}, {-128, -128, -128, -128, 1}, {-1, -1, -1, 127}};
        samples.forEach((name, sample) -> {
            for (int at = 2; at < sample.length; at++) {
                for (byte[] number : huge) {
                    byte[] changed = new byte[sample.length + number.length - 1];
                    System.arraycopy(sample, 0, changed, 0, at);
                    System.arraycopy(number, 0, changed, at, number.length);
                    System.arraycopy(sample, at + 1, changed, at + number.length, sample.length - at - 1);
                    decoders.decodeInput(changed);
                }
            }
        });
    }

    @Test
    void whatIsMadeToHurtIsAMiss() {
        for (int size : new int[] {1, 10, 100}) {
            made(size)
                    .forEach((name, input) ->
                            assertThat(decoders.decodeInput(input)).as(name).isNull());
        }
    }

    /** As an attacker would write it who has found out the id of a class. */
    @Test
    void classesThatTheMappingDoesNotNameAreMissesWhateverTheirIdIs() {
        String trap = GADGETS.get(0);
        ValueCodec attackers = new Codecs(decoders.domain.factory, List.of(trap), warning -> {})
                .entity(decoders.domain.entity(CodecDomain.Loose.class));
        List<Serializable> values = List.of(new Trap(), Trap.class, new ArrayList<>(List.of(new Trap())), new Trap[1]);
        List<byte[]> inputs = values.stream()
                .map(value -> input(Kind.LOOSE, attackers.encode(entry(value))))
                .toList();
        System.clearProperty(Trap.SPRUNG);
        for (byte[] input : inputs) {
            assertThat(decoders.decodeInput(input)).isNull();
        }
    }

    private static Object entry(Serializable value) {
        return decoders.domain.inTransaction(session -> {
            var entry = ValueCodecTest.entry(session, new CodecDomain.Loose());
            entry.getDisassembledState()[0] = value;
            return entry;
        });
    }

    @Test
    void whatExpandsTooFarIsAMissBeforeItIsExpanded() {
        byte[] zeros = new byte[64 << 20];
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(zeros);
        deflater.finish();
        byte[] room = new byte[1 << 20];
        int length = deflater.deflate(room);
        deflater.end();
        for (int declared : new int[] {zeros.length, Compressor.MAX_LENGTH, 1, Integer.MAX_VALUE, -1}) {
            WireOutput out = new WireOutput();
            out.writeByte(Kind.LOOSE.ordinal());
            out.writeByte(Compressor.DEFLATE);
            varInts(out, declared, 0);
            out.writeBytes(room, 0, length);
            assertThat(decoders.decodeInput(out.toBytes())).isNull();
        }
    }

    /** Such a value must not be stored, because it could never be a hit. */
    @Test
    void whatWouldTakeTooLongToReadIsNotStored() {
        ValueCodec codec = (ValueCodec) decoders.codec(Kind.LOOSE);
        ArrayList<Object> list = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            list = new ArrayList<>(Arrays.asList(list, list));
        }
        Object tooLarge = entry(list);
        assertThatThrownBy(() -> codec.encode(tooLarge))
                .isInstanceOf(UncacheableValueException.class)
                .hasMessageContaining("Shared objects");

        List<Integer> shared = List.of(1, 2, 3);
        ArrayList<Object> small = new ArrayList<>(Arrays.asList(shared, new HashSet<>(Set.of(shared))));
        assertThat(codec.decode(codec.encode(entry(small)))).isNotNull();

        assertThatThrownBy(() -> codec.encode(entry(BigDecimal.valueOf(1, Integer.MIN_VALUE))))
                .isInstanceOf(UncacheableValueException.class);
    }
}
