package io.github.hibernateredis;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.hibernate.cfg.AvailableSettings;

/**
 * Whether the ORM creates the database's schema, so that entries cached earlier belong to tables that no longer exist.
 */
final class SchemaCreation {

    private static final List<String> SETTINGS = List.of(
            AvailableSettings.HBM2DDL_AUTO,
            AvailableSettings.JAKARTA_HBM2DDL_DATABASE_ACTION,
            "javax.persistence.schema-generation.database.action");

    private static final Set<String> CREATING = Set.of("create", "create-only", "create-drop", "drop-and-create");

    private SchemaCreation() {}

    static boolean isAskedFor(Map<String, Object> settings) {
        return SETTINGS.stream()
                .map(settings::get)
                .anyMatch(action -> action != null
                        && CREATING.contains(action.toString()
                                .trim()
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '-')));
    }
}
