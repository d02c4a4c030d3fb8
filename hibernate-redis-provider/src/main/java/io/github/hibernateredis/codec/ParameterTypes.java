package io.github.hibernateredis.codec;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.BasicType;
import org.hibernate.type.CompositeType;
import org.hibernate.type.CustomType;
import org.hibernate.type.Type;
import org.hibernate.usertype.ParameterizedType;
import org.jspecify.annotations.Nullable;

/**
 * The values that mapped types bind for parameters of their classes. A query's result depends on the bound values, so
 * parameters with equal bound values are equal. A class with two different mapped types has none here: one type might
 * bind the same value for objects that the other type distinguishes. Immutable.
 */
final class ParameterTypes {

    private final SessionFactoryImplementor factory;
    private final Map<Class<?>, Optional<BasicType<?>>> byClass = new HashMap<>();

    ParameterTypes(SessionFactoryImplementor factory) {
        this.factory = factory;
        factory.getMappingMetamodel().forEachEntityDescriptor(this::addAll);
        factory.getMappingMetamodel().forEachCollectionDescriptor(this::addAll);
    }

    private void addAll(EntityPersister entity) {
        add(entity.getIdentifierType());
        for (Type type : entity.getPropertyTypes()) {
            add(type);
        }
    }

    private void addAll(CollectionPersister collection) {
        for (Type type : CollectionTypes.layout(collection)) {
            add(type);
        }
    }

    private void add(Type type) {
        if (type instanceof CompositeType composite) {
            for (Type part : composite.getSubtypes()) {
                add(part);
            }
        } else if (type instanceof BasicType<?> basic) {
            byClass.merge(
                    basic.getReturnedClass(),
                    Optional.of(basic),
                    (known, other) -> known.isPresent() && isSame(known.get(), basic) ? known : Optional.empty());
        }
    }

    private static boolean isSame(BasicType<?> one, BasicType<?> other) {
        if (one.equals(other)) {
            return true;
        }
        return one instanceof CustomType<?> first
                && other instanceof CustomType<?> second
                && first.getUserType().getClass() == second.getUserType().getClass()
                && !(first.getUserType() instanceof ParameterizedType);
    }

    /** The bound value for a parameter; null if no mapped type determines it. */
    @Nullable
    Object bound(Object value) {
        BasicType<?> type =
                byClass.getOrDefault(value.getClass(), Optional.empty()).orElse(null);
        try {
            return type == null ? null : BoundValue.of(type, value, factory);
        } catch (SQLException | RuntimeException e) {
            return null; // the type is application code, which may fail
        }
    }
}
