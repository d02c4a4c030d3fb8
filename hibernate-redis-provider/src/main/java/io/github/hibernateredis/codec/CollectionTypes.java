package io.github.hibernateredis.codec;

import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * The types of a collection's parts, by methods that the ORM has deprecated without giving, as of 8.0, another way to
 * what its own collections disassemble themselves by.
 */
@SuppressWarnings("removal")
final class CollectionTypes {

    private CollectionTypes() {}

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
