package io.github.hibernateredis.codec;

import java.util.Arrays;
import org.hibernate.metamodel.MappingMetamodel;
import org.hibernate.metamodel.mapping.AttributeMapping;
import org.hibernate.metamodel.mapping.EmbeddableMappingType;
import org.hibernate.metamodel.mapping.EmbeddableValuedModelPart;
import org.hibernate.property.access.spi.PropertyAccess;
import org.hibernate.type.AnyType;
import org.hibernate.type.BasicType;
import org.hibernate.type.CollectionType;
import org.hibernate.type.ComponentType;
import org.hibernate.type.EntityType;
import org.hibernate.type.Type;
import org.hibernate.type.UserComponentType;
import org.jspecify.annotations.Nullable;

/**
 * Chooses codecs by mapped types, based on how the ORM disassembles values of each kind of type: basic values stay as
 * they are or are copied, embeddables become arrays, to-one associations the target's identifier, and collections the
 * owner's key.
 */
final class AttributeCodecs {

    /** Identifiers may consist of associations, but the nesting must be limited. */
    private static final int MAX_DEPTH = 16;

    private final MappingMetamodel metamodel;
    private final Values values;

    AttributeCodecs(MappingMetamodel metamodel, Values values) {
        this.metamodel = metamodel;
        this.values = values;
    }

    AttributeCodec[] of(Type... types) {
        return Arrays.stream(types).map(this::of).toArray(AttributeCodec[]::new);
    }

    AttributeCodec of(@Nullable Type type) {
        return of(type, 0);
    }

    private AttributeCodec of(@Nullable Type type, int depth) {
        if (type == null) {
            return new AttributeCodec.OfAnything(values, "", DeclaredType.NOTHING);
        } else if (depth > MAX_DEPTH) {
            return new AttributeCodec.OfAnything(values, "", DeclaredType.ANYTHING);
        } else if (type instanceof BasicType<?> basic) {
            return ofBasic(basic);
        } else if (type instanceof AnyType) {
            return new AttributeCodec.OfAnything(values, type.getName(), DeclaredType.ANY_REFERENCE);
        } else if (type instanceof UserComponentType<?>) {
            return new AttributeCodec.OfAnything(values, type.getName(), DeclaredType.byTrial(type));
        } else if (type instanceof ComponentType component) {
            AttributeCodec[] codecs = Arrays.stream(component.getSubtypes())
                    .map(subtype -> of(subtype, depth + 1))
                    .toArray(AttributeCodec[]::new);
            return new AttributeCodec.OfEmbeddable(codecs, primitives(component), values);
        } else if (type instanceof EntityType association) {
            String target = association.getAssociatedEntityName();
            return of(metamodel.getEntityDescriptor(target).getIdentifierType(), depth + 1);
        } else if (type instanceof CollectionType collection) {
            return of(CollectionTypes.key(metamodel.getCollectionDescriptor(collection.getRole())), depth + 1);
        } else {
            return new AttributeCodec.OfAnything(values, type.getName(), DeclaredType.ANYTHING);
        }
    }

    private AttributeCodec ofBasic(BasicType<?> basic) {
        Class<?> type = basic.getJavaTypeDescriptor().getJavaTypeClass();
        Scalar<?> scalar = type == null ? null : Scalar.of(type);
        DeclaredType declared = DeclaredType.of(basic);
        if (scalar != null) {
            return new AttributeCodec.OfScalar(scalar, declared);
        } else if (type != null && type.isEnum()) {
            return new AttributeCodec.OfEnum(type, declared);
        } else {
            return new AttributeCodec.OfAnything(values, type == null ? "" : type.getName(), declared);
        }
    }

    /** The codec of an identifier for natural ids, which the ORM caches without disassembling it. */
    AttributeCodec ofIdentifier(Type type) {
        return type instanceof ComponentType
                ? new AttributeCodec.OfAnything(values, of(type).description(), DeclaredType.ANYTHING)
                : of(type);
    }

    /**
     * Which of the attributes are primitive. Attributes of one subclass are null in the others, so with subclasses none
     * counts.
     */
    private static boolean[] primitives(ComponentType component) {
        EmbeddableValuedModelPart part = component.getMappingModelPart();
        EmbeddableMappingType embeddable = part == null ? null : part.getEmbeddableTypeDescriptor();
        boolean[] primitive = new boolean[component.getSubtypes().length];
        if (embeddable != null
                && !embeddable.isPolymorphic()
                && embeddable.getNumberOfAttributeMappings() == primitive.length) {
            embeddable.forEachAttributeMapping((i, attribute) -> primitive[i] = isPrimitive(attribute));
        }
        return primitive;
    }

    static boolean isPrimitive(AttributeMapping attribute) {
        PropertyAccess access = attribute.getPropertyAccess();
        return access != null && access.getGetter().getReturnTypeClass().isPrimitive();
    }
}
