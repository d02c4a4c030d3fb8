package io.github.hibernateredis.codec;

import com.esotericsoftware.kryo.KryoException;
import java.util.HashMap;
import java.util.Map;
import org.hibernate.type.descriptor.java.spi.FormatMapperBasedJavaType;
import org.jspecify.annotations.Nullable;

/**
 * The application's classes that are mapped to JSON or XML documents. In the state of entities the ORM passes them as
 * text. Rows of query results contain the objects themselves, which are stored as the same text. So the classes inside
 * such a document need not be allowed one by one.
 */
final class FormattedTypes {

    private final Map<Class<?>, FormatMapperBasedJavaType<?>> byClass = new HashMap<>();
    private final Map<String, Class<?>> byName = new HashMap<>();

    /** A class with two formats counts as having none. */
    void add(FormatMapperBasedJavaType<?> javaType) {
        Class<?> type = javaType.getJavaTypeClass();
        FormatMapperBasedJavaType<?> other = byClass.putIfAbsent(type, javaType);
        if (other != null && other.getClass() != javaType.getClass()) {
            byName.remove(type.getName());
        } else if (other == null) {
            byName.put(type.getName(), type);
        }
    }

    boolean covers(Class<?> type) {
        return byName.containsKey(type.getName()) && byClass.containsKey(type);
    }

    String toText(Object value) {
        return toText(byClass.get(value.getClass()), value);
    }

    private static <T> String toText(FormatMapperBasedJavaType<T> javaType, Object value) {
        return javaType.toString(javaType.getJavaTypeClass().cast(value));
    }

    @Nullable
    Object fromText(String className, String text) {
        Class<?> type = byName.get(className);
        if (type == null) {
            throw new KryoException("Not a mapped document: " + className);
        }
        return byClass.get(type).fromString(text);
    }
}
