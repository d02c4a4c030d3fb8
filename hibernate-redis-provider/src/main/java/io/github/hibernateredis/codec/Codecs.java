package io.github.hibernateredis.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.hibernate.boot.registry.classloading.spi.ClassLoaderService;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.MappingMetamodel;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.BasicType;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * All codecs of one session factory. Created when the session factory exists, because the codecs are derived from its
 * runtime metamodel. Thread safe. The codec of a role is created at its first use, and shared.
 */
public final class Codecs {

    private final SessionFactoryImplementor factory;
    private final MappingMetamodel metamodel;
    private final DecodeFailures failures;
    private final Values values;
    private final AttributeCodecs slots;
    private final Map<String, ValueCodec> entities = new ConcurrentHashMap<>();
    private final Map<String, ValueCodec> naturalIds = new ConcurrentHashMap<>();
    private final Map<String, ValueCodec> collections = new ConcurrentHashMap<>();
    private final Lazy<QueryResultsCodec> queryResults;

    /**
     * Reads the metamodel, and checks that the ORM on the class path has the internals that the codecs rely on.
     *
     * @param allowedClasses further classes that values may contain: {@code com.acme.Money}, or {@code com.acme.*} for
     *     all classes of that package and its subpackages
     * @param warnings receives, once per role and cause, why bytes were rejected
     * @throws org.hibernate.HibernateException if an allowed class cannot be loaded, or the ORM's internals are unknown
     */
    public Codecs(SessionFactoryImplementor sessionFactory, List<String> allowedClasses, Consumer<String> warnings) {
        factory = sessionFactory;
        metamodel = sessionFactory.getRuntimeMetamodels().getMappingMetamodel();
        failures = new DecodeFailures(warnings);
        MappedClasses mapped = new MappedClasses(metamodel);
        ClassLoaderService classLoading = sessionFactory.getServiceRegistry().requireService(ClassLoaderService.class);
        values = new Values(
                new ClassList(mapped.classes(), mapped.entities(), allowedClasses, classLoading),
                mapped.formatted(),
                this::identifiers);
        slots = new AttributeCodecs(metamodel, values);
        queryResults = new Lazy<>(() -> new QueryResultsCodec(new ColumnTypes(factory), values, failures));
    }

    /** The class of that entity's identifiers; null if there is no such entity. */
    private @Nullable Class<?> identifiers(String entityName) {
        EntityPersister entity = metamodel.findEntityDescriptor(entityName);
        if (entity == null) {
            return null;
        }
        Type type = entity.getIdentifierType();
        return type instanceof BasicType<?> basic && !basic.getReturnedClass().isPrimitive()
                ? basic.getReturnedClass()
                : Object.class;
    }

    /** The codec of an entity hierarchy, including all subclasses. */
    public ValueCodec entity(EntityPersister rootEntity) {
        return entities.computeIfAbsent(rootEntity.getEntityName(), name -> {
            List<EntityPersister> hierarchy = new ArrayList<>();
            metamodel.forEachEntityDescriptor(persister -> {
                if (persister.getRootEntityName().equals(name)) {
                    hierarchy.add(persister);
                }
            });
            return EntityCodec.of(rootEntity, hierarchy, slots, values, factory, failures);
        });
    }

    /** The codec of the identifiers that are cached for natural ids. */
    public ValueCodec naturalId(EntityPersister rootEntity) {
        return naturalIds.computeIfAbsent(
                rootEntity.getEntityName(), name -> new NaturalIdCodec(rootEntity, slots, values, failures));
    }

    /** The codec of a collection role. */
    public ValueCodec collection(CollectionPersister persister) {
        return collections.computeIfAbsent(
                persister.getRole(), role -> CollectionCodec.of(persister, slots, values, factory, failures));
    }

    /** The codec of query results, shared by all regions of query results. */
    public QueryResultsCodec queryResults() {
        return queryResults.get();
    }

    /** How many times {@code decode} of any codec has rejected bytes since the start. */
    public long rejected() {
        return failures.count();
    }
}
