package io.github.hibernateredis.codec;

import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.hibernate.SessionFactory;
import org.hibernate.boot.registry.BootstrapServiceRegistryBuilder;
import org.hibernate.cfg.Configuration;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SessionImplementor;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;

/** A session factory for {@link CodecDomain} with a separate database. */
final class Domain implements AutoCloseable {

    final MapRegionFactory regions = new MapRegionFactory();
    final SessionFactoryImplementor factory;

    Domain(Consumer<Configuration> further) {
        this(CodecDomain.ENTITIES, further);
    }

    Domain(Class<?>[] entities, Consumer<Configuration> further) {
        Configuration configuration = new Configuration(new BootstrapServiceRegistryBuilder()
                .applyClassLoader(Domain.class.getClassLoader())
                .build());
        for (Class<?> entity : entities) {
            configuration.addAnnotatedClass(entity);
        }
        configuration.setProperty(
                "hibernate.connection.url", "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        configuration.setProperty("hibernate.hbm2ddl.auto", "create");
        configuration.getProperties().put("hibernate.type.json_format_mapper", new CodecDomain.ProfileFormat());
        configuration.setProperty("hibernate.globally_quoted_identifiers", "true");
        configuration.setProperty("hibernate.type.wrapper_array_handling", "ALLOW");
        configuration.getProperties().put("hibernate.cache.region.factory_class", regions);
        configuration.setProperty("hibernate.cache.use_query_cache", "true");
        configuration.setProperty("hibernate.generate_statistics", "true");
        configuration.setProperty("jakarta.persistence.sharedCache.mode", "ALL");
        further.accept(configuration);
        SessionFactory built = configuration.buildSessionFactory();
        factory = built.unwrap(SessionFactoryImplementor.class);
    }

    Domain() {
        this(configuration -> {});
    }

    EntityPersister entity(Class<?> type) {
        return factory.getRuntimeMetamodels().getMappingMetamodel().getEntityDescriptor(type);
    }

    CollectionPersister collection(Class<?> owner, String property) {
        return factory.getRuntimeMetamodels()
                .getMappingMetamodel()
                .getCollectionDescriptor(owner.getName() + '.' + property);
    }

    <T> T inTransaction(Function<SessionImplementor, T> work) {
        try (SessionImplementor session = factory.openSession().unwrap(SessionImplementor.class)) {
            session.beginTransaction();
            T result = work.apply(session);
            session.getTransaction().commit();
            return result;
        }
    }

    @Override
    public void close() {
        factory.close();
    }
}
