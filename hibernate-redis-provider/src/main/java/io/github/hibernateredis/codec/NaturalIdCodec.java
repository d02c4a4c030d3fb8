package io.github.hibernateredis.codec;

import com.esotericsoftware.kryo.KryoException;
import io.github.hibernateredis.config.Compression;
import org.hibernate.metamodel.mapping.NaturalIdMapping;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/** The identifiers that are cached for natural ids. The ORM does not disassemble them, not even composite ones. */
final class NaturalIdCodec extends CheckedCodec<Object, Object> implements ValueCodec {

    private final AttributeCodec[] codec;
    private final Values values;

    NaturalIdCodec(EntityPersister root, AttributeCodecs codecs, Values values, DecodeFailures failures) {
        this(root, codecs.ofIdentifier(root.getIdentifierType()), values, failures);
    }

    private NaturalIdCodec(EntityPersister root, AttributeCodec codec, Values values, DecodeFailures failures) {
        super("Natural id of " + root.getEntityName(), new Fingerprint(description(root, codec)), failures);
        this.codec = new AttributeCodec[] {codec};
        this.values = values;
    }

    /** Includes the columns of the lookup. */
    private static String description(EntityPersister root, AttributeCodec codec) {
        NaturalIdMapping mapping = root.getNaturalIdMapping();
        StringBuilder text = new StringBuilder("natural id " + root.getEntityName() + '\n' + codec.description());
        text.append(Columns.of(root.getIdentifierMapping()));
        if (mapping != null) {
            mapping.getNaturalIdAttributes()
                    .forEach(attribute -> text.append('\n')
                            .append(attribute.getAttributeName())
                            .append(Columns.of(attribute)));
        }
        return text.toString();
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
    void write(WireOutput out, Object id) {
        AttributeCodec.writeRow(out, new Object[] {id}, 1, codec, values);
    }

    @Override
    Object read(WireInput in) {
        Object[] row = new Object[1];
        AttributeCodec.readRow(in, row, 1, codec, values);
        AttributeCodec.checkPlaceholders(row);
        if (row[0] == null) {
            throw new KryoException("Null is not an identifier");
        }
        return row[0];
    }
}
