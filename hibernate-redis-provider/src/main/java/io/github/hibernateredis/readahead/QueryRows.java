package io.github.hibernateredis.readahead;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a cached query result, while the session is making entities of them. A result says which ids there are, and not of
 * what; but the first entity that the ORM asks for tells which column holds the ids of its kind, and then the other rows
 * can be read ahead. Not thread safe.
 */
final class QueryRows {

    /** So many entities may be asked for that are in no column, before nothing more is expected. */
    private static final int MAX_STRANGERS = 8;

    private final List<?> rows;
    private final Map<Integer, Object> columns = new HashMap<>();
    private int strangers;

    /** @param rows an array each, or the value itself if there is but one column */
    QueryRows(List<?> rows) {
        this.rows = rows;
    }

    boolean isExhausted() {
        return strangers >= MAX_STRANGERS;
    }

    /** The ids of that kind of entity, in the order of the rows, if this is one of them; else none. */
    List<Object> idsLike(Object id, Object kind) {
        for (Object row : rows) {
            int width = row instanceof Object[] values ? values.length : 1;
            for (int column = 0; column < width; column++) {
                Object owner = columns.get(column);
                if ((owner == null || owner == kind) && id.equals(value(row, column))) {
                    columns.put(column, kind);
                    return ids(column, id.getClass());
                }
            }
        }
        strangers++;
        return List.of();
    }

    private List<Object> ids(int column, Class<?> type) {
        Set<Object> seen = new HashSet<>();
        List<Object> ids = new ArrayList<>();
        for (Object row : rows) {
            Object id = value(row, column);
            if (type.isInstance(id) && seen.add(id)) {
                ids.add(id);
            }
        }
        return ids;
    }

    private static @Nullable Object value(@Nullable Object row, int column) {
        if (row instanceof Object[] values) {
            return column < values.length ? values[column] : null;
        }
        return column == 0 ? row : null;
    }
}
