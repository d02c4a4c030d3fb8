package io.github.hibernateredis.codec;

import com.esotericsoftware.kryo.KryoException;
import io.github.hibernateredis.config.Compression;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.hibernate.sql.results.jdbc.internal.CachedJdbcValuesMetadata;
import org.hibernate.type.BasicType;
import org.jspecify.annotations.Nullable;

/**
 * Converts the items of the ORM's query results cache to bytes and back. Thread safe.
 *
 * <p>An item contains a timestamp, which can only be compared within one epoch of the table stamps. So the epoch is
 * stored with it.
 *
 * <p>An item's list begins with the metadata of the columns, if the ORM provides it. Then come the rows (an array, or
 * the value itself if there is only one column) and the number of results. The check in front covers all mapped columns
 * of the session factory, because a query's text does not determine the Java types of its result.
 */
public final class QueryResultsCodec {

    /**
     * A decoded item.
     *
     * @param cacheItem the object that the ORM's query results cache expects from its region. Null if the query of this
     *     thread reads rows of another shape, because it has the same text but another result type
     * @param epoch the epoch that was passed to {@link #encode}
     */
    public record QueryItem(@Nullable Object cacheItem, String epoch) {}

    private final HibernateInternals orm = HibernateInternals.get();
    private final Checked checked;

    QueryResultsCodec(ColumnTypes types, Values values, DecodeFailures failures) {
        checked = new Checked(types, values, failures);
    }

    /**
     * Encodes an item.
     *
     * @param cacheItem the object that the ORM's query results cache has put into its region
     * @param epoch 16 lower-case hexadecimal digits
     * @param compression how to compress it, and from which size on
     * @throws UncacheableValueException if a row contains a value that cannot be cached
     */
    public byte[] encode(Object cacheItem, String epoch, Compression compression) {
        return checked.encodeChecked(new QueryItem(cacheItem, epoch), compression);
    }

    byte[] encode(Object cacheItem, String epoch) {
        return encode(cacheItem, epoch, Compression.NONE);
    }

    /**
     * Decodes an item. The types in its metadata belong to this session factory. Never throws.
     *
     * @return a new item; null if the bytes are damaged, of another mapping, or from other software
     */
    public @Nullable QueryItem decode(byte[] bytes) {
        QueryItem item = checked.decodeChecked(bytes);
        RunningQuery query = RunningQuery.current();
        return item == null || query == null || query.canRead(orm.results(item.cacheItem()))
                ? item
                : new QueryItem(null, item.epoch());
    }

    /** The caching timestamp that the ORM wrote into the item. */
    public long timestamp(Object cacheItem) {
        return orm.timestamp(cacheItem);
    }

    /** The rows in the item: one array each, or the value itself if there is only one column. */
    public List<?> rows(Object cacheItem) {
        List<?> results = orm.results(cacheItem);
        if (results.isEmpty()) {
            return results;
        }
        return results.subList(results.get(0) instanceof CachedJdbcValuesMetadata ? 1 : 0, results.size() - 1);
    }

    /**
     * Gives a decoded item the results of another one.
     *
     * @param cacheItem one of {@link #decode}, whose list the ORM may hold already
     */
    @SuppressWarnings("unchecked")
    public void replaceResults(Object cacheItem, Object newer) {
        List<Object> results = (List<Object>) orm.results(cacheItem);
        results.clear();
        results.addAll(orm.results(newer));
    }

    Fingerprint fingerprint() {
        return checked.fingerprint();
    }

    CheckedCodec<?, ?> checked() {
        return checked;
    }

    private final class Checked extends CheckedCodec<QueryItem, QueryItem> {

        private final ColumnTypes types;
        private final Values values;

        Checked(ColumnTypes types, Values values, DecodeFailures failures) {
            super("Query results", new Fingerprint("query results\n" + types.description()), failures);
            this.types = types;
            this.values = values;
        }

        @Override
        void write(WireOutput out, QueryItem item) {
            out.writeLong(HexFormat.fromHexDigitsToLong(item.epoch()));
            out.writeLong(orm.timestamp(item.cacheItem()));
            List<?> results = orm.results(item.cacheItem());
            RunningQuery query = RunningQuery.current();
            if (query != null && query.isUnreadable(results)) {
                throw new UncacheableValueException("A query whose only column is an array is not cached:"
                        + " the ORM would read the array as a row; select a second column as well");
            }
            boolean described = !results.isEmpty() && results.get(0) instanceof CachedJdbcValuesMetadata;
            out.writeBoolean(described);
            if (described) {
                writeMetadata(out, orm.metadata((CachedJdbcValuesMetadata) results.get(0)));
            }
            List<?> rows = described ? results.subList(1, results.size()) : results;
            out.writeVarInt(rows.size(), true);
            for (Object row : rows) {
                values.write(out, row);
            }
        }

        @Override
        QueryItem read(WireInput in) {
            String epoch = HexFormat.of().toHexDigits(in.readLong());
            long timestamp = in.readLong();
            Object metadata = in.readBoolean() ? orm.newMetadata(readMetadata(in)) : null;
            int rows = in.readCount(8);
            List<Object> results = new ArrayList<>(rows + 1);
            if (metadata != null) {
                results.add(metadata);
            }
            for (int i = 0; i < rows; i++) {
                results.add(values.read(in));
            }
            checkCount(results, metadata != null);
            return new QueryItem(orm.newCacheItem(timestamp, results), epoch);
        }

        /** The ORM allocates space for the number of results, which is the last value. */
        private static void checkCount(List<Object> results, boolean described) {
            int rows = results.size() - (described ? 2 : 1);
            if (!results.isEmpty()
                    && !(rows >= 0
                            && results.get(results.size() - 1) instanceof Integer count
                            && count >= 0
                            && count <= rows)) {
                throw new KryoException("Not the number of results");
            }
        }

        private void writeMetadata(WireOutput out, HibernateInternals.Metadata metadata) {
            out.writeVarInt(metadata.columnNames().length, true);
            for (String name : metadata.columnNames()) {
                out.writeString(name);
            }
            for (BasicType<?> type : metadata.types()) {
                types.write(out, type);
            }
            int[] indexes = metadata.indexes();
            out.writeBoolean(indexes != null);
            if (indexes != null) {
                out.writeVarInt(indexes.length, true);
                for (int index : indexes) {
                    out.writeVarInt(index, false);
                }
            }
        }

        private HibernateInternals.Metadata readMetadata(WireInput in) {
            int columns = in.readCount(16);
            String[] names = new String[columns];
            for (int i = 0; i < columns; i++) {
                names[i] = in.readString();
            }
            BasicType<?>[] columnTypes = new BasicType<?>[columns];
            for (int i = 0; i < columns; i++) {
                columnTypes[i] = types.read(in);
            }
            int[] indexes = null;
            if (in.readBoolean()) {
                indexes = new int[in.readCount(8)];
                for (int i = 0; i < indexes.length; i++) {
                    indexes[i] = in.readVarInt(false);
                }
            }
            return new HibernateInternals.Metadata(names, columnTypes, indexes);
        }
    }
}
