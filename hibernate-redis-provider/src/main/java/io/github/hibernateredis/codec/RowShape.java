package io.github.hibernateredis.codec;

import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.hibernate.metamodel.CollectionClassification;
import org.hibernate.metamodel.mapping.AttributeMapping;
import org.hibernate.metamodel.mapping.CollectionPart;
import org.hibernate.metamodel.mapping.DiscriminatorValueDetails;
import org.hibernate.metamodel.mapping.EmbeddableMappingType;
import org.hibernate.metamodel.mapping.EmbeddableValuedModelPart;
import org.hibernate.metamodel.mapping.EntityMappingType;
import org.hibernate.metamodel.mapping.JdbcMapping;
import org.hibernate.metamodel.mapping.JdbcMappingContainer;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.hibernate.sql.ast.spi.SqlSelection;
import org.hibernate.sql.results.graph.DomainResultGraphNode;
import org.hibernate.sql.results.graph.Fetch;
import org.hibernate.sql.results.graph.FetchParent;
import org.hibernate.sql.results.graph.entity.AbstractEntityResultGraphNode;
import org.hibernate.sql.results.graph.entity.internal.EntityFetchJoinedImpl;
import org.hibernate.sql.results.jdbc.spi.JdbcValuesMapping;
import org.hibernate.type.descriptor.converter.spi.BasicValueConverter;
import org.hibernate.type.descriptor.java.JavaType;
import org.hibernate.type.descriptor.jdbc.BasicExtractor;
import org.jspecify.annotations.Nullable;

/**
 * The expected shape of the rows of one query result: the number of values, their classes, and which of them may only
 * be null together. The ORM relies on all of this, and a violation would make it fail during a load.
 *
 * <p>If the mapping does not show whether a null does harm, the row is rejected: the query then runs its SQL. The rows
 * must be checked in their order. Not thread safe.
 */
final class RowShape {

    /** Queries with a longer list are not read from the cache. */
    private static final int MAX_LENGTH = 1 << 20;

    /** A rule for the values of one row. */
    private interface Rule {
        boolean holds(@Nullable Object[] row);
    }

    private final HibernateInternals orm = HibernateInternals.get();
    private final int width;
    private final int[] positions;
    private final List<OfClass> classes = new ArrayList<>();

    /**
     * The entities of the earlier rows: the ORM reads and caches the state of each entity only in the first of its
     * rows.
     */
    private final Map<String, Set<Object>> seen = new HashMap<>();

    private final List<Rule> rules = new ArrayList<>();

    /**
     * @param positions the position of each value of the query in a row, -1 if it is not cached
     * @throws RuntimeException if the query reads values that no row contains
     */
    RowShape(JdbcValuesMapping mapping, int[] positions) {
        this.positions = positions;
        this.width = IntStream.of(positions).max().orElse(-1) + 1;
        int[] wanted = mapping.getValueIndexesToCacheIndexes();
        for (SqlSelection selection : mapping.getSqlSelections()) {
            int index = selection.getValuesArrayPosition();
            if (positions[index] >= 0) {
                OfClass rule = new OfClass(positions[index], selection);
                classes.add(rule);
                rules.add(rule);
            } else if (wanted[index] >= 0) {
                throw new IllegalArgumentException("The value " + index + " is not cached");
            }
        }
        mapping.getDomainResults().forEach(this::add);
    }

    /** Whether the ORM can read this row: an array, or the value itself if there is only one column. */
    boolean admits(@Nullable Object row) {
        Object[] values;
        if (row instanceof Object[] array) {
            if (isUnreadable(row) || array.length != width) {
                return false;
            }
            values = array;
        } else if (width == 1) {
            values = new Object[] {row};
        } else {
            return false;
        }
        return holdAll(rules, values);
    }

    /** Whether the value of the only column is an array, which the ORM would read as a row of several columns. */
    boolean isUnreadable(@Nullable Object row) {
        return width == 1 && row instanceof Object[];
    }

    private void add(DomainResultGraphNode node) {
        if (node instanceof AbstractEntityResultGraphNode entity) {
            addEntity(entity);
        } else if (node instanceof EntityFetchJoinedImpl joined) {
            addEntity(joined.getEntityResult());
        } else if (node instanceof FetchParent parent) {
            addParent(parent);
        } else {
            List<DomainResultGraphNode> arguments = orm.instantiationArguments(node);
            if (arguments.isEmpty()) {
                addScalar(positions(node));
            } else {
                addArguments(node.getResultJavaType().getJavaTypeClass(), arguments);
                arguments.forEach(this::add);
            }
        }
    }

    /** A converter is also called for nulls, and that of a discriminator fails. */
    private void addScalar(int[] columns) {
        for (int column : columns) {
            classes.stream()
                    .filter(of -> of.position == column)
                    .forEach(of -> rules.add(row -> row[column] != null || of.takesNull()));
        }
    }

    private void addFetches(FetchParent parent) {
        for (Fetch fetch : parent.getFetches()) {
            FetchParent nested = fetch.asFetchParent();
            if (nested != null) {
                add(nested);
            }
        }
    }

    private void addEntity(AbstractEntityResultGraphNode entity) {
        Fetch identifier = entity.getIdentifierFetch();
        int[] ids = identifier == null ? new int[0] : positions(identifier);
        if (identifier != null && identifier.asFetchParent() != null) {
            addAllOrNone(ids);
        }
        EntityMappingType type = entity.getReferencedMappingContainer();
        Fetch discriminator = entity.getDiscriminatorFetch();
        int[] kinds = discriminator == null ? new int[0] : positions(discriminator);
        AttributeMapping version = version(type);
        List<Rule> ofEntity = new ArrayList<>();
        if (kinds.length == 1) {
            ofEntity.add(row -> concrete(type, row[kinds[0]]) != null);
        }
        for (Fetch fetch : entity.getFetches()) {
            int[] columns = positions(fetch);
            if (columns.length == 1
                    && fetch.getFetchedMapping() instanceof AttributeMapping attribute
                    && (attribute == version || AttributeCodecs.isPrimitive(attribute))) {
                EntityMappingType declaring = attribute.findContainingEntityMapping();
                ofEntity.add(row -> !isNull(row, columns[0])
                        || kinds.length == 1 && !isSubtype(concrete(type, row[kinds[0]]), declaring));
            }
        }
        if (ids.length > 0) {
            Set<Object> seenOfType =
                    seen.computeIfAbsent(type.getRootEntityDescriptor().getEntityName(), name -> new HashSet<>());
            rules.add(row -> !noneIsNull(row, ids) || !seenOfType.add(values(row, ids)) || holdAll(ofEntity, row));
        }
        addFetches(entity);
    }

    private static Object values(@Nullable Object[] row, int[] columns) {
        if (columns.length == 1) {
            return Objects.requireNonNull(row[columns[0]]);
        }
        List<@Nullable Object> values = new ArrayList<>(columns.length);
        for (int column : columns) {
            values.add(row[column]);
        }
        return values;
    }

    private static boolean holdAll(List<Rule> rules, @Nullable Object[] row) {
        for (Rule rule : rules) {
            if (!rule.holds(row)) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable AttributeMapping version(EntityMappingType type) {
        return type.getVersionMapping() == null
                ? null
                : type.getVersionMapping().getVersionAttribute();
    }

    private static boolean isSubtype(@Nullable EntityMappingType type, EntityMappingType root) {
        return type != null && root.getEntityPersister().isSubclassEntityName(type.getEntityName());
    }

    /** Null if the value does not identify an entity of that type. */
    private static @Nullable EntityMappingType concrete(EntityMappingType type, @Nullable Object discriminator) {
        try {
            DiscriminatorValueDetails details = type.getDiscriminatorMapping().resolveDiscriminatorValue(discriminator);
            EntityMappingType indicated = details == null ? null : details.getIndicatedEntity();
            return isSubtype(indicated, type) ? indicated : null;
        } catch (RuntimeException e) {
            return null;
        }
    }

    private void addParent(FetchParent parent) {
        int[] all = positions(parent);
        if (parent.getReferencedMappingContainer() instanceof EmbeddableValuedModelPart part) {
            addEmbeddable(parent, part.getEmbeddableTypeDescriptor(), all);
        } else if (parent.getReferencedMappingContainer() instanceof EmbeddableMappingType embeddable) {
            addEmbeddable(parent, embeddable, all);
        }
        for (Fetch fetch : parent.getFetches()) {
            if (fetch.getFetchedMapping() instanceof CollectionPart part
                    && part.getNature() != CollectionPart.Nature.ELEMENT) {
                int[] columns = positions(fetch);
                addPresent(columns, all); // a list or a map cannot hold an element without an index
                if (part.getNature() == CollectionPart.Nature.INDEX && isList(part.getCollectionAttribute())) {
                    int base = part.getCollectionAttribute().getIndexMetadata().getListIndexBase();
                    rules.add(row -> IntStream.of(columns).allMatch(column -> isIndex(row[column], base)));
                }
            }
        }
        addFetches(parent);
    }

    private static boolean isList(PluralAttributeMapping attribute) {
        CollectionClassification kind =
                attribute.getCollectionDescriptor().getCollectionSemantics().getCollectionClassification();
        return kind == CollectionClassification.LIST || kind == CollectionClassification.ARRAY;
    }

    /** The ORM fills the preceding positions with nulls. */
    private static boolean isIndex(@Nullable Object value, int base) {
        return !(value instanceof Integer index) || index >= base && (long) index - base < MAX_LENGTH;
    }

    private void addEmbeddable(FetchParent parent, EmbeddableMappingType type, int[] all) {
        if (type.isPolymorphic()) {
            return; // the attributes of one subclass are null in the others
        }
        for (Fetch fetch : parent.getFetches()) {
            if (fetch.getFetchedMapping() instanceof AttributeMapping attribute
                    && AttributeCodecs.isPrimitive(attribute)) {
                addPresent(positions(fetch), all);
            }
        }
    }

    /** A constructor that may be called does not accept null for a primitive parameter. */
    private void addArguments(@Nullable Class<?> type, List<DomainResultGraphNode> arguments) {
        if (type == null) {
            return;
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            Class<?>[] parameters = constructor.getParameterTypes();
            for (int i = 0; i < parameters.length && parameters.length == arguments.size(); i++) {
                int[] columns = positions(arguments.get(i));
                if (parameters[i].isPrimitive() && columns.length == 1) {
                    rules.add(row -> !isNull(row, columns[0]));
                }
            }
        }
    }

    /** Some values must not be null unless all others are null. */
    private void addPresent(int[] some, int[] all) {
        rules.add(row -> noneIsNull(row, some) || allAreNull(row, all));
    }

    private void addAllOrNone(int[] all) {
        rules.add(row -> noneIsNull(row, all) || allAreNull(row, all));
    }

    private static boolean noneIsNull(@Nullable Object[] row, int[] columns) {
        for (int column : columns) {
            if (isNull(row, column)) {
                return false;
            }
        }
        return true;
    }

    private static boolean allAreNull(@Nullable Object[] row, int[] columns) {
        for (int column : columns) {
            if (!isNull(row, column)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNull(@Nullable Object[] row, int column) {
        return row[column] == null;
    }

    private int[] positions(DomainResultGraphNode node) {
        BitSet values = new BitSet();
        node.collectValueIndexesToCache(values);
        int[] found = new int[values.cardinality()];
        int count = 0;
        for (int value = values.nextSetBit(0); value >= 0; value = values.nextSetBit(value + 1)) {
            if (positions[value] >= 0) {
                found[count++] = positions[value];
            }
        }
        return Arrays.copyOf(found, count);
    }

    /** A value must be null or have the class that the ORM would have read, and must convert to the mapped type. */
    private static final class OfClass implements Rule {

        private final int position;
        private final Class<?> type;
        private final @Nullable JdbcMapping mapping;
        private final boolean converts;

        OfClass(int position, SqlSelection selection) {
            this.position = position;
            JdbcMappingContainer container = selection.getExpressionType();
            this.mapping = container == null ? null : container.getSingleJdbcMapping();
            this.converts = mapping != null && mapping.getValueConverter() != null;
            JavaType<?> read = null;
            if (selection.getJdbcValueExtractor() instanceof BasicExtractor<?> extractor) {
                read = extractor.getJavaType();
            } else if (mapping != null) {
                read = mapping.getJdbcJavaType();
            }
            Class<?> declared = read == null ? null : read.getJavaTypeClass();
            Class<?> boxed = declared == null
                    ? Object.class
                    : MethodType.methodType(declared).wrap().returnType();
            this.type = Date.class.isAssignableFrom(boxed) ? Date.class : boxed; // see DeclaredType
        }

        @Override
        public boolean holds(@Nullable Object[] row) {
            Object value = row[position];
            return value == null
                    || type.isInstance(value)
                            && (mapping == null || !converts && !(value instanceof Date) || canBeUsed(value, mapping));
        }

        boolean takesNull() {
            return mapping == null || canBeUsed(null, mapping);
        }

        @SuppressWarnings("unchecked") // a failed cast means no
        private static <D, R> boolean canBeUsed(@Nullable Object value, JdbcMapping mapping) {
            try {
                var converter = (BasicValueConverter<D, R>) mapping.getValueConverter();
                Object domain = converter == null ? value : converter.toDomainValue((R) value);
                if (domain != null && value instanceof Date) {
                    ((JavaType<Object>) mapping.getJavaTypeDescriptor())
                            .getMutabilityPlan()
                            .deepCopy(domain);
                }
                return true;
            } catch (RuntimeException e) {
                return false;
            }
        }
    }
}
