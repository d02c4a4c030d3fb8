package io.github.hibernateredis.codec;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.hibernate.HibernateException;
import org.hibernate.boot.registry.classloading.spi.ClassLoaderService;
import org.hibernate.boot.registry.classloading.spi.ClassLoadingException;
import org.jspecify.annotations.Nullable;

/**
 * The application's classes that cached values may contain: those that the mapping names and those that a setting
 * allows.
 *
 * <p>Stored bytes contain a class as a 64-bit id: a hash of its name and its shape (an enum's constants, a record's
 * components, otherwise the fields of the whole hierarchy). So bytes with another shape of a class, or with a class
 * that is not on the list, cannot be decoded. Adding a class to the mapping keeps the stored bytes of other classes
 * readable. Classes that are allowed by package are not known in advance: their name is stored next to the id, and
 * checked against the packages before a class is loaded.
 */
final class ClassList {

    private final ClassLoaderService classLoading;
    private final Map<Class<?>, Long> ids = new HashMap<>();
    private final Map<Long, Class<?>> byId = new HashMap<>();
    private final List<String> packagePrefixes;
    private final Map<Class<?>, Long> idsByPackage = new ConcurrentHashMap<>();

    /** Classes that may be values of attributes of the type {@code Class}, but whose instances may not be stored. */
    private final Map<String, Class<?>> named = new HashMap<>();

    ClassList(Collection<Class<?>> mapped, List<String> allowed, ClassLoaderService classLoading) {
        this(mapped, List.of(), allowed, classLoading);
    }

    /**
     * @param mapped the classes that the mapping names
     * @param entities the entity classes
     * @param allowed the value of {@code hibernate.cache.redis.allowed_classes}
     */
    ClassList(
            Collection<Class<?>> mapped,
            Collection<Class<?>> entities,
            List<String> allowed,
            ClassLoaderService classLoading) {
        this.classLoading = classLoading;
        entities.forEach(entity -> named.put(entity.getName(), entity));
        Scalar.all().forEach(scalar -> named.put(scalar.type().getName(), scalar.type()));
        mapped.forEach(this::add);
        for (String name : allowed) {
            if (!name.endsWith(".*")) {
                add(load(name));
            }
        }
        packagePrefixes = allowed.stream()
                .filter(name -> name.endsWith(".*"))
                .map(name -> name.substring(0, name.length() - 1))
                .toList();
    }

    private void add(Class<?> type) {
        Long id = id(type);
        Class<?> other = byId.putIfAbsent(id, type);
        if (other != null && other != type) {
            throw new HibernateException(
                    "Class ids of " + type.getName() + " and " + other.getName() + " are the same");
        }
        ids.put(type, id);
    }

    private Class<?> load(String name) {
        try {
            return classLoading.classForName(name);
        } catch (ClassLoadingException e) {
            throw new HibernateException(
                    UncacheableValueException.ALLOWED_CLASSES + ": the class '" + name + "' does not exist", e);
        }
    }

    /** The id of a listed class; null if only a package allows it, or if it is not allowed. */
    @Nullable
    Long listedId(Class<?> type) {
        return ids.get(type);
    }

    @Nullable
    Class<?> byId(long id) {
        return byId.get(id);
    }

    /** The class of an entity or of a JDK value with that name. No other class is returned, so no class is loaded. */
    @Nullable
    Class<?> named(String name) {
        return named.get(name);
    }

    boolean allowsByPackage(String className) {
        return packagePrefixes.stream().anyMatch(className::startsWith);
    }

    boolean allows(Class<?> type) {
        return ids.containsKey(type) || allowsByPackage(type.getName());
    }

    /** The id of a class that a package allows. */
    long packageId(Class<?> type) {
        return idsByPackage.computeIfAbsent(type, ClassList::id);
    }

    /**
     * Finds a class by its name from stored bytes.
     *
     * @return the class; null if no package allows it, if it does not exist, or if it has another id
     */
    @Nullable
    Class<?> byName(String name, long id) {
        if (!allowsByPackage(name)) {
            return null;
        }
        try {
            Class<?> type = classLoading.classForName(name);
            return allowsByPackage(type.getName()) && packageId(type) == id ? type : null;
        } catch (ClassLoadingException e) {
            return null;
        }
    }

    static UncacheableValueException refused(Class<?> type) {
        return new UncacheableValueException("Objects of class " + type.getName()
                + " cannot be cached: the class is neither in the mapping nor in the setting "
                + UncacheableValueException.ALLOWED_CLASSES);
    }

    private static long id(Class<?> type) {
        return ByteBuffer.wrap(Fingerprint.sha256(type.getName() + '\n' + shape(type)))
                .getLong();
    }

    private static String shape(Class<?> type) {
        StringBuilder shape = new StringBuilder();
        if (type.isEnum()) {
            for (Object constant : type.getEnumConstants()) {
                shape.append(((Enum<?>) constant).name()).append(',');
            }
        } else if (type.isRecord()) {
            for (RecordComponent component : type.getRecordComponents()) {
                shape.append(component.getType().getName())
                        .append(' ')
                        .append(component.getName())
                        .append(',');
            }
        } else {
            for (Field field : fields(type)) {
                shape.append(field.getDeclaringClass().getName())
                        .append(' ')
                        .append(field.getType().getName())
                        .append(' ')
                        .append(field.getName())
                        .append(',');
            }
        }
        return shape.toString();
    }

    /**
     * The fields of an object's state, superclasses first, the fields of each class by name: the same order on every
     * JVM.
     */
    static List<Field> fields(Class<?> type) {
        Deque<Class<?>> hierarchy = new ArrayDeque<>();
        for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
            hierarchy.push(c);
        }
        return hierarchy.stream()
                .flatMap(c -> Arrays.stream(c.getDeclaredFields()).sorted(Comparator.comparing(Field::getName)))
                .filter(field -> (field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0)
                .toList();
    }
}
