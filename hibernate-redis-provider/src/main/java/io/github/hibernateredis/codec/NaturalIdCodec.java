package io.github.hibernateredis.codec;

import com.esotericsoftware.kryo.KryoException;
import io.github.hibernateredis.config.Compression;
import org.hibernate.metamodel.mapping.NaturalIdMapping;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/** The identifiers behind natural ids, which the ORM caches as they are, composite ones too. */
final class NaturalIdCodec extends CheckedCodec<Object, Object> implements ValueCodec {

    private final Slot[] slot;
    private final Values values;

    NaturalIdCodec(EntityPersister root, Slots slots, Values values, Rejections rejections) {
        this(root, slots.ofIdentifier(root.getIdentifierType()), values, rejections);
    }

    private NaturalIdCodec(EntityPersister root, Slot slot, Values values, Rejections rejections) {
        super("Natural id of " + root.getEntityName(), new Fingerprint(description(root, slot)), rejections);
        this.slot = new Slot[] {slot};
        this.values = values;
    }

    /** With the columns by which it is looked up. */
    private static String description(EntityPersister root, Slot slot) {
        NaturalIdMapping mapping = root.getNaturalIdMapping();
        StringBuilder text = new StringBuilder("natural id " + root.getEntityName() + '\n' + slot.description());
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
        Slot.writeRow(out, new Object[] {id}, 1, slot, values);
    }

    @Override
    Object read(WireInput in) {
        Object[] row = new Object[1];
        Slot.readRow(in, row, 1, slot, values);
        Slot.checkPlaceholders(row);
        if (row[0] == null) {
            throw new KryoException("Null is not an identifier");
        }
        return row[0];
    }
}
