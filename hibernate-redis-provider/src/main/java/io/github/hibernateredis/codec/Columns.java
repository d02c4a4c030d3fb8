package io.github.hibernateredis.codec;

import org.hibernate.metamodel.mapping.ModelPart;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.jspecify.annotations.Nullable;

/**
 * The database columns of mapped parts, for fingerprints: two versions of an application can map one name to different
 * columns.
 */
final class Columns {

    private Columns() {}

    /** The columns of each part, in their order. */
    static String of(@Nullable ModelPart... parts) {
        StringBuilder text = new StringBuilder(" <-");
        for (ModelPart part : parts) {
            if (part != null && !(part instanceof PluralAttributeMapping)) {
                part.forEachSelectable((index, column) -> text.append(' ')
                        .append(column.getContainingTableExpression())
                        .append('.')
                        .append(column.getSelectionExpression()));
            }
        }
        return text.toString();
    }
}
