package io.github.hibernateredis.benchmarks;

import io.github.hibernateredis.benchmarks.domain.Customer;
import io.github.hibernateredis.codec.Codecs;
import io.github.hibernateredis.codec.ValueCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SessionImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.redisson.codec.Kryo5Codec;

/** Encodes and decodes the cache entry of a customer, as the ORM passes it to a cache. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@State(Scope.Benchmark)
public class CodecBenchmark {

    /** Encodes and decodes an object. */
    private interface Codec {

        byte[] encode(Object value) throws IOException;

        Object decode(byte[] bytes) throws IOException, ClassNotFoundException;
    }

    /** The codec: the provider's, the default one of Redisson, or Java serialization. */
    @Param({"ours", "redisson-kryo5", "jdk"})
    public String codec;

    private Shop shop;
    private Codec measured;
    private Object entry;
    private byte[] bytes;

    /** Called by JMH. */
    public CodecBenchmark() {}

    /** Creates the entry. */
    @Setup
    public void open() throws IOException, ClassNotFoundException {
        shop = Shop.open(Provider.JCACHE_CAFFEINE, 0); // needs some cache, because otherwise there are no entries
        SessionFactoryImplementor factory = shop.factory().unwrap(SessionFactoryImplementor.class);
        shop.fill(1, Customer::new);
        EntityPersister persister =
                factory.getRuntimeMetamodels().getMappingMetamodel().getEntityDescriptor(Customer.class);
        try (SessionImplementor session = factory.openSession().unwrap(SessionImplementor.class)) {
            Customer customer = session.find(Customer.class, 1L);
            entry = persister.buildCacheEntry(
                    customer, persister.getValues(customer), persister.getVersion(customer), session);
        }
        measured = switch (codec) {
            case "ours" -> ours(new Codecs(factory, List.of(), Warnings::add).entity(persister));
            case "redisson-kryo5" -> kryo(new Kryo5Codec());
            case "jdk" -> jdk();
            default -> throw new IllegalArgumentException("No codec '" + codec + "'");
        };
        bytes = measured.encode(entry);
        if (measured.decode(bytes) == null) {
            throw new IllegalStateException("Not decoded: " + codec);
        }
        // Printed to standard output, as part of JMH's output.
        System.out.println("# " + codec + ": " + bytes.length + " bytes");
    }

    /** Closes the session factory. */
    @TearDown
    public void close() {
        shop.close();
    }

    /** Encodes to a new array of bytes. */
    @Benchmark
    public byte[] encode() throws IOException {
        return measured.encode(entry);
    }

    /** Decodes to a new entry. */
    @Benchmark
    public Object decode() throws IOException, ClassNotFoundException {
        return measured.decode(bytes);
    }

    private static Codec ours(ValueCodec codec) {
        return new Codec() {
            @Override
            public byte[] encode(Object value) {
                return codec.encode(value);
            }

            @Override
            public Object decode(byte[] bytes) {
                Object value = codec.decode(bytes);
                if (value == null) {
                    throw new IllegalStateException("Rejected");
                }
                return value;
            }
        };
    }

    private static Codec kryo(Kryo5Codec codec) {
        return new Codec() {
            @Override
            public byte[] encode(Object value) throws IOException {
                ByteBuf buffer = codec.getValueEncoder().encode(value);
                try {
                    byte[] bytes = new byte[buffer.readableBytes()];
                    buffer.readBytes(bytes);
                    return bytes;
                } finally {
                    buffer.release();
                }
            }

            @Override
            public Object decode(byte[] bytes) throws IOException {
                return codec.getValueDecoder()
                        .decode(Unpooled.wrappedBuffer(bytes), new org.redisson.client.handler.State());
            }
        };
    }

    private static Codec jdk() {
        return new Codec() {
            @Override
            public byte[] encode(Object value) throws IOException {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                    out.writeObject(value);
                }
                return bytes.toByteArray();
            }

            @Override
            public Object decode(byte[] bytes) throws IOException, ClassNotFoundException {
                try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
                    return in.readObject();
                }
            }
        };
    }
}
