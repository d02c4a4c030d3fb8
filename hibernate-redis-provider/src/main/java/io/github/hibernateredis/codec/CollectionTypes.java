package io.github.hibernateredis.codec;

import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * The types of a collection's parts. It uses methods that the ORM has deprecated. As of 8.0 there is no replacement,
 * and the ORM's own collections still use them to disassemble.
 */
@SuppressWarnings("removal")
public final class CollectionTypes {

    private CollectionTypes() {}

    /**
     * The types of the repeated values in a cached collection, as {@code PersistentCollection.disassemble} of each kind
     * of collection writes them for one row.
     */
    public static Type[] layout(CollectionPersister persister) {
        return switch (persister.getCollectionSemantics().getCollectionClassification()) {
            case MAP, SORTED_MAP, ORDERED_MAP -> new Type[] {index(persister), element(persister)};
            case ID_BAG -> new Type[] {rowIdentifier(persister), element(persister)};
            default -> new Type[] {element(persister)};
        };
    }

    static Type key(CollectionPersister persister) {
        return persister.getKeyType();
    }

    static Type element(CollectionPersister persister) {
        return persister.getElementType();
    }

    static @Nullable Type index(CollectionPersister persister) {
        return persister.getIndexType();
    }

    /** The type of the row identifier of an identifier bag; null for other collections. */
    static @Nullable Type rowIdentifier(CollectionPersister persister) {
        return persister.getIdentifierType();
    }
}
