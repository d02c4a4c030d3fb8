package io.github.hibernateredis.codec;

import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * The types of a collection's parts, by methods that the ORM has deprecated without giving, as of 8.0, another way to
 * what its own collections disassemble themselves by.
 */
@SuppressWarnings("removal")
public final class CollectionTypes {

    private CollectionTypes() {}

    /**
     * The types of the values that repeat in a cached collection: what {@code PersistentCollection.disassemble} of each kind
     * of collection writes for one of its rows.
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

    /** Of an identifier bag's rows; null for other collections. */
    static @Nullable Type rowIdentifier(CollectionPersister persister) {
        return persister.getIdentifierType();
    }
}
