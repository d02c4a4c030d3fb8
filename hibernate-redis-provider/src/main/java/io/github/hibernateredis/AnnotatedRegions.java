package io.github.hibernateredis;

import io.github.hibernateredis.config.RegionOverrides;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import org.hibernate.boot.registry.classloading.spi.ClassLoaderService;
import org.hibernate.boot.registry.classloading.spi.ClassLoadingException;
import org.hibernate.cache.cfg.spi.CollectionDataCachingConfig;
import org.hibernate.cache.cfg.spi.DomainDataRegionConfig;
import org.hibernate.cache.cfg.spi.EntityDataCachingConfig;
import org.hibernate.metamodel.model.domain.NavigableRole;
import org.jspecify.annotations.Nullable;

/** Finds the {@link RedisCacheRegion} annotations on the entities and collections of a region. */
final class AnnotatedRegions {

    private final ClassLoaderService classes;

    private AnnotatedRegions(ClassLoaderService classes) {
        this.classes = classes;
    }

    /** The merged annotations of the region's entities and collections; null if there are none. */
    static @Nullable RegionOverrides read(DomainDataRegionConfig region, ClassLoaderService classes) {
        AnnotatedRegions annotated = new AnnotatedRegions(classes);
        RegionOverrides all = null;
        for (EntityDataCachingConfig entity : region.getEntityCaching()) {
            for (NavigableRole type : entity.getCachedTypes()) {
                all = merge(all, annotated.ofEntity(type.getFullPath()), region);
            }
        }
        for (CollectionDataCachingConfig collection : region.getCollectionCaching()) {
            String role = collection.getNavigableRole().getFullPath();
            all = merge(all, annotated.ofCollection(role), region);
        }
        return all;
    }

    private static @Nullable RegionOverrides merge(
            @Nullable RegionOverrides all, @Nullable RegionOverrides more, DomainDataRegionConfig region) {
        return all == null || more == null ? (all == null ? more : all) : all.merge(more, region.getRegionName());
    }

    private @Nullable RegionOverrides ofEntity(String entityName) {
        Class<?> type = find(entityName);
        return type == null ? null : overrides(type.getDeclaredAnnotation(RedisCacheRegion.class), entityName);
    }

    /** A collection role is an entity name followed by an attribute path. The path may pass through embeddables. */
    private @Nullable RegionOverrides ofCollection(String role) {
        for (int dot = role.lastIndexOf('.'); dot > 0; dot = role.lastIndexOf('.', dot - 1)) {
            Class<?> owner = find(role.substring(0, dot));
            if (owner != null) {
                return overrides(annotation(owner, role.substring(dot + 1).split("\\.")), role);
            }
        }
        return null;
    }

    private static @Nullable RegionOverrides overrides(@Nullable RedisCacheRegion annotation, String location) {
        return annotation == null ? null : RegionOverrides.from(annotation, location);
    }

    private static @Nullable RedisCacheRegion annotation(Class<?> owner, String[] path) {
        Class<?> type = owner;
        RedisCacheRegion found = null;
        for (String name : path) {
            Field field = field(type, name);
            Method getter = getter(type, name);
            found = annotation(field) == null ? annotation(getter) : annotation(field);
            if (field != null) {
                type = field.getType();
            } else if (getter != null) {
                type = getter.getReturnType();
            } else {
                return null;
            }
        }
        return found;
    }

    private static @Nullable RedisCacheRegion annotation(@Nullable AccessibleObject member) {
        return member == null ? null : member.getAnnotation(RedisCacheRegion.class);
    }

    private static @Nullable Field field(Class<?> type, String name) {
        for (Class<?> t = type; t != null; t = t.getSuperclass()) {
            for (Field field : t.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    return field;
                }
            }
        }
        return null;
    }

    private static @Nullable Method getter(Class<?> type, String name) {
        String suffix = Character.toUpperCase(name.charAt(0)) + name.substring(1);
        for (Class<?> t = type; t != null; t = t.getSuperclass()) {
            for (Method method : t.getDeclaredMethods()) {
                if (method.getParameterCount() == 0
                        && (method.getName().equals("get" + suffix)
                                || method.getName().equals("is" + suffix))) {
                    return method;
                }
            }
        }
        return null;
    }

    private @Nullable Class<?> find(String name) {
        try {
            return classes.classForName(name);
        } catch (ClassLoadingException e) {
            return null; // a dynamic entity or an attribute path
        }
    }
}
