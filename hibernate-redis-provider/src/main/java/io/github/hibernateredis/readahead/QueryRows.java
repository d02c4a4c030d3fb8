package io.github.hibernateredis.readahead;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a cached query result while the session turns them into entities. A result contains the ids but not their
 * entity types. The first entity that the ORM requests shows which column contains the ids of its type, and then the
 * other rows can be read ahead. Not thread safe.
 */
final class QueryRows {

    /** After this many requested entities that are in no column, no further rows are read ahead. */
    private static final int MAX_STRANGERS = 8;

    private final List<?> rows;
    private final Map<Integer, Object> columns = new HashMap<>();
    private int strangers;

    /** @param rows one array per row, or the value itself if there is only one column */
    QueryRows(List<?> rows) {
        this.rows = rows;
    }

    boolean isExhausted() {
        return strangers >= MAX_STRANGERS;
    }

    /** The ids of that entity type, in the order of the rows, if this id is one of them; otherwise none. */
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
