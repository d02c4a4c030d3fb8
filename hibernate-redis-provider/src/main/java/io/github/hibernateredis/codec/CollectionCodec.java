package io.github.hibernateredis.codec;

import com.esotericsoftware.kryo.KryoException;
import io.github.hibernateredis.config.Compression;
import java.io.Serializable;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.hibernate.cache.spi.entry.CollectionCacheEntry;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.hibernate.persister.collection.CollectionPersister;
import org.jspecify.annotations.Nullable;

/** Collections of a role: the number of values, then the values, which are pairs for maps and identifier bags. */
final class CollectionCodec extends CheckedCodec<Object, Object> implements ValueCodec {

    private final HibernateInternals orm = HibernateInternals.get();
    private final SessionFactoryImplementor factory;
    private final CollectionPersister persister;
    private final AttributeCodec[] codecs;
    private final Values values;

    static CollectionCodec of(
            CollectionPersister persister,
            AttributeCodecs codecs,
            Values values,
            SessionFactoryImplementor factory,
            DecodeFailures failures) {
        return new CollectionCodec(persister, codecs.of(CollectionTypes.layout(persister)), values, factory, failures);
    }

    private CollectionCodec(
            CollectionPersister persister,
            AttributeCodec[] codecs,
            Values values,
            SessionFactoryImplementor factory,
            DecodeFailures failures) {
        super("Collection " + persister.getRole(), new Fingerprint(description(persister, codecs)), failures);
        this.persister = persister;
        this.codecs = codecs;
        this.values = values;
        this.factory = factory;
    }

    private static String description(CollectionPersister persister, AttributeCodec[] codecs) {
        PluralAttributeMapping attribute = persister.getAttributeMapping();
        return "collection " + persister.getRole() + '\n'
                + Arrays.stream(codecs).map(AttributeCodec::description).collect(Collectors.joining("\n"))
                + Columns.of(
                        attribute.getKeyDescriptor(),
                        attribute.getIndexDescriptor(),
                        attribute.getElementDescriptor(),
                        attribute.getIdentifierDescriptor());
    }

    @Override
    public byte[] encode(Object value, Compression compression) {
        return encodeChecked(value, compression);
    }

    @Override
    public @Nullable Object decode(byte[] bytes) {
        return decodeChecked(bytes);
    }

    @Override
    void write(WireOutput out, Object value) {
        Object unstructured = value instanceof CollectionCacheEntry
                ? value
                : persister.getCacheEntryStructure().destructure(value, factory);
        if (!(unstructured instanceof CollectionCacheEntry entry)) {
            throw new UncacheableValueException(
                    "Not a cache entry: " + value.getClass().getName());
        }
        Serializable[] state = entry.getState();
        out.writeVarInt(state.length, true);
        AttributeCodec.writeRow(out, state, state.length, codecs, values);
    }

    /**
     * Rejects values that would make the ORM fail: an incomplete pair, a map without a key, null in an array of
     * primitives.
     */
    private void check(@Nullable Object[] state) {
        AttributeCodec.checkPlaceholders(state);
        boolean inArray = persister.isArray() && persister.getElementClass().isPrimitive();
        for (int i = 0; i < state.length; i += codecs.length) {
            if (i + codecs.length > state.length || state[i] == null && (codecs.length > 1 || inArray)) {
                throw new KryoException("Not the values of " + persister.getRole());
            }
        }
    }

    @Override
    Object read(WireInput in) {
        Serializable[] state = AttributeCodec.readState(in, in.readCount(2), codecs, values);
        check(state);
        return persister.getCacheEntryStructure().structure(orm.newCollectionEntry(state));
    }
}
