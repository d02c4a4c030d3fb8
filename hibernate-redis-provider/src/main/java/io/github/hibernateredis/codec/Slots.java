package io.github.hibernateredis.codec;

import java.util.Arrays;
import org.hibernate.metamodel.MappingMetamodel;
import org.hibernate.type.AnyType;
import org.hibernate.type.BasicType;
import org.hibernate.type.CollectionType;
import org.hibernate.type.ComponentType;
import org.hibernate.type.EntityType;
import org.hibernate.type.Type;
import org.hibernate.type.UserComponentType;
import org.jspecify.annotations.Nullable;

/**
 * Chooses slots by mapped types, knowing what the ORM disassembles values of each kind of type into: basic values as
 * themselves or their copies, embeddables as arrays, to-one associations as the target's identifier, collections as the
 * owner's key. A wrong guess costs a tag and nothing else.
 */
final class Slots {

    /** Identifiers may be made of associations, but not endlessly. */
    private static final int MAX_DEPTH = 16;

    private final MappingMetamodel metamodel;
    private final Values values;

    Slots(MappingMetamodel metamodel, Values values) {
        this.metamodel = metamodel;
        this.values = values;
    }

    Slot[] of(Type... types) {
        return Arrays.stream(types).map(this::of).toArray(Slot[]::new);
    }

    Slot of(@Nullable Type type) {
        return of(type, 0);
    }

    private Slot of(@Nullable Type type, int depth) {
        if (type == null || depth > MAX_DEPTH) {
            return new Slot.OfAnything(values, "");
        } else if (type instanceof BasicType<?> basic) {
            return ofClass(basic.getJavaTypeDescriptor().getJavaTypeClass());
        } else if (type instanceof AnyType || type instanceof UserComponentType<?>) {
            return new Slot.OfAnything(values, type.getName());
        } else if (type instanceof ComponentType component) {
            Slot[] slots = Arrays.stream(component.getSubtypes())
                    .map(subtype -> of(subtype, depth + 1))
                    .toArray(Slot[]::new);
            return new Slot.OfEmbeddable(slots, values);
        } else if (type instanceof EntityType association) {
            String target = association.getAssociatedEntityName();
            return of(metamodel.getEntityDescriptor(target).getIdentifierType(), depth + 1);
        } else if (type instanceof CollectionType collection) {
            return of(CollectionTypes.key(metamodel.getCollectionDescriptor(collection.getRole())), depth + 1);
        } else {
            return new Slot.OfAnything(values, type.getName());
        }
    }

    private Slot ofClass(@Nullable Class<?> type) {
        Scalar<?> scalar = type == null ? null : Scalar.of(type);
        if (scalar != null) {
            return new Slot.OfScalar(scalar);
        } else if (type != null && type.isEnum()) {
            return new Slot.OfEnum(type);
        } else {
            return new Slot.OfAnything(values, type == null ? "" : type.getName());
        }
    }
}
