package io.github.hibernateredis.codec;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.util.MapReferenceResolver;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * References to objects of the same graph, and the cost of following them. A hundred sets, each of which contains the
 * next one twice, take less than a kilobyte, but hashing them never ends. So for graphs with shared objects this class
 * counts the steps of walking them as trees, as {@code hashCode}, {@code equals} and copies do. A cycle through an
 * application's object is allowed. A cycle of only collections, arrays and records has no hash code, and is rejected.
 */
final class Sharing extends MapReferenceResolver {

    /**
     * Longer than the paths that Kryo allows in a graph that is written. References can create longer ones while a
     * graph is read.
     */
    private static final int MAX_PATH = 400;

    private static final ClassValue<List<Field>> FIELDS = new ClassValue<>() {
        @Override
        protected List<Field> computeValue(Class<?> type) {
            List<Field> fields = new ArrayList<>();
            for (Field field : ClassList.fields(type)) {
                if (!field.getType().isPrimitive()) {
                    field.setAccessible(true);
                    fields.add(field);
                }
            }
            return fields;
        }
    };

    private boolean shared;

    static Sharing of(Kryo kryo) {
        return (Sharing) kryo.getReferenceResolver();
    }

    @Override
    public int getWrittenId(Object object) {
        int id = super.getWrittenId(object);
        shared |= id != -1 && !isLeaf(object);
        return id;
    }

    @Override
    @SuppressWarnings("rawtypes") // as in the interface
    public Object getReadObject(Class type, int id) {
        Object object = super.getReadObject(type, id);
        shared |= !isLeaf(object);
        return object;
    }

    @Override
    public void reset() {
        shared = false;
        super.reset();
    }

    /** Rejects a graph that the reader might reject. Called before Kryo resets itself. */
    void charge(Object root, WireOutput out) {
        if (shared) {
            new Walk(WireInput.steps(out.position()) / 4).walk(root);
        }
    }

    /**
     * Rejects objects that would take too many steps: elements of sets and keys of maps before they are hashed, and
     * finally the root.
     */
    void charge(@Nullable Object object, WireInput in) {
        if (shared) {
            Walk walk = new Walk(in.stepsLeft());
            walk.walk(object);
            in.stepsLeft(walk.steps);
        }
    }

    private static boolean isLeaf(@Nullable Object object) {
        return object == null
                || object instanceof Enum
                || object instanceof Class
                || Scalar.of(object.getClass()) != null;
    }

    private static final class Walk {

        /** The objects from the root to the current one, each with the number of the application's objects above it. */
        private final Map<Object, Integer> path = new IdentityHashMap<>();

        private long steps;
        private int ownObjects;

        Walk(long steps) {
            this.steps = steps;
        }

        void walk(@Nullable Object object) {
            if (--steps < 0) {
                throw new KryoException("Shared objects make a graph that is too large as a tree");
            }
            if (object == null || isLeaf(object)) {
                return;
            }
            Integer before = path.get(object);
            if (before != null) {
                if (before == ownObjects) {
                    throw new KryoException("A collection that contains itself");
                }
                return;
            }
            int outside = ownObjects;
            ownObjects += isContainer(object) ? 0 : 1;
            path.put(object, outside);
            if (path.size() > MAX_PATH) {
                throw new KryoException("Shared objects make a path that is too long");
            }
            walkParts(object);
            path.remove(object);
            ownObjects = outside;
        }

        private static boolean isContainer(Object object) {
            return object instanceof Collection
                    || object instanceof Map
                    || object instanceof Object[]
                    || object instanceof Optional
                    || object instanceof Record;
        }

        private void walkParts(Object object) {
            if (object instanceof Collection<?> collection) {
                collection.forEach(this::walk);
            } else if (object instanceof Map<?, ?> map) {
                map.forEach((key, value) -> {
                    walk(key);
                    walk(value);
                });
            } else if (object instanceof Object[] array) {
                for (Object element : array) {
                    walk(element);
                }
            } else if (object instanceof Optional<?> optional) {
                walk(optional.orElse(null));
            } else {
                walkFields(object);
            }
        }

        private void walkFields(Object object) {
            for (Field field : FIELDS.get(object.getClass())) {
                try {
                    walk(field.get(object));
                } catch (IllegalAccessException e) {
                    throw new KryoException(e);
                }
            }
        }
    }
}
