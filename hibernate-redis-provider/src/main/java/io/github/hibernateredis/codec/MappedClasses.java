package io.github.hibernateredis.codec;

import jakarta.persistence.Embeddable;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.hibernate.metamodel.MappingMetamodel;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.BasicType;
import org.hibernate.type.CompositeType;
import org.hibernate.type.Type;
import org.hibernate.type.descriptor.java.BasicPluralJavaType;
import org.hibernate.type.descriptor.java.JavaType;
import org.hibernate.type.descriptor.java.spi.EmbeddableAggregateJavaType;
import org.hibernate.type.descriptor.java.spi.FormatMapperBasedJavaType;
import org.jspecify.annotations.Nullable;

/**
 * The application's value classes in the mapping: enums, embeddables and identifier classes, and the results of
 * converters, user types and document types. Never entities, and no class of the JDK except enums.
 */
final class MappedClasses {

    private final Map<String, Class<?>> found = new TreeMap<>();
    private final Set<Class<?>> entities = new HashSet<>();
    private final Set<Class<?>> embeddables = new HashSet<>();
    private final FormattedTypes formatted = new FormattedTypes();

    MappedClasses(MappingMetamodel metamodel) {
        List<EntityPersister> persisters = new ArrayList<>();
        metamodel.forEachEntityDescriptor(persisters::add);
        persisters.sort(Comparator.comparing(EntityPersister::getEntityName));
        List<CollectionPersister> collections = new ArrayList<>();
        metamodel.forEachCollectionDescriptor(collections::add);
        collections.sort(Comparator.comparing(CollectionPersister::getRole));

        persisters.forEach(persister -> entities.add(persister.getMappedClass()));
        for (EntityPersister persister : persisters) {
            add(persister.getIdentifierType());
            for (Type type : persister.getPropertyTypes()) {
                add(type);
            }
            if (persister.isVersioned()) {
                add(persister.getVersionType());
            }
        }
        for (CollectionPersister persister : collections) {
            add(CollectionTypes.key(persister));
            add(CollectionTypes.index(persister));
            add(CollectionTypes.element(persister));
            add(CollectionTypes.rowIdentifier(persister));
        }
    }

    Collection<Class<?>> classes() {
        return found.values();
    }

    Collection<Class<?>> entities() {
        return entities;
    }

    FormattedTypes formatted() {
        return formatted;
    }

    private void add(@Nullable Type type) {
        if (type instanceof CompositeType composite) {
            add(type.getReturnedClass());
            for (Type subtype : composite.getSubtypes()) {
                add(subtype);
            }
        } else if (type instanceof BasicType<?> basic) {
            add(type.getReturnedClass());
            add(basic.getJavaTypeDescriptor());
        }
    }

    /**
     * Adds the parts of an embeddable in one column, such as a document or structure. The mapping has no types for
     * these parts, so the fields of the class provide them.
     */
    private void addParts(Class<?> embeddable) {
        if (embeddables.add(embeddable)) {
            ClassList.fields(embeddable).forEach(field -> addPart(field.getGenericType()));
        }
    }

    private void addPart(java.lang.reflect.Type type) {
        if (type instanceof ParameterizedType parameterized) {
            for (java.lang.reflect.Type argument : parameterized.getActualTypeArguments()) {
                addPart(argument);
            }
        } else if (type instanceof Class<?> part) {
            Class<?> leaf = leaf(part);
            if (leaf.isEnum()) {
                add(leaf);
            } else if (leaf.isAnnotationPresent(Embeddable.class)) {
                add(leaf);
                addParts(leaf);
            }
        }
    }

    private void add(JavaType<?> javaType) {
        add(javaType.getJavaTypeClass());
        if (javaType instanceof EmbeddableAggregateJavaType<?> aggregate) {
            addParts(aggregate.getJavaTypeClass());
        }
        if (javaType instanceof BasicPluralJavaType<?> plural) {
            add(plural.getElementJavaType());
        }
        if (javaType instanceof FormatMapperBasedJavaType<?> document
                && found.containsValue(javaType.getJavaTypeClass())) {
            formatted.add(document);
        }
    }

    private void add(@Nullable Class<?> type) {
        Class<?> leaf = type == null ? null : leaf(type);
        if (leaf != null && !leaf.isPrimitive() && !entities.contains(leaf) && (leaf.isEnum() || !ofPlatform(leaf))) {
            found.put(leaf.getName(), leaf);
        }
    }

    private static Class<?> leaf(Class<?> type) {
        Class<?> leaf = type;
        while (leaf.isArray()) {
            leaf = leaf.getComponentType();
        }
        return leaf;
    }

    private static boolean ofPlatform(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return loader == null || loader == ClassLoader.getPlatformClassLoader();
    }
}
