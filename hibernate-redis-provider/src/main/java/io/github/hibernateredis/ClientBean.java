package io.github.hibernateredis;

import jakarta.enterprise.context.ContextNotActiveException;
import jakarta.enterprise.inject.AmbiguousResolutionException;
import jakarta.enterprise.inject.literal.NamedLiteral;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import java.util.Set;
import org.hibernate.cache.CacheException;
import org.hibernate.resource.beans.container.internal.CdiBasedBeanContainer;
import org.hibernate.resource.beans.container.spi.BeanContainer;
import org.hibernate.resource.beans.spi.BeanInstanceProducer;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;

/**
 * Looks up the bean that serves as the Redis client. The container creates and destroys the bean; the provider does
 * neither.
 *
 * <p>The ORM's {@code ManagedBeanRegistry} is not used because it creates a second instance and destroys it: it
 * requests what JPA calls a compliant creation.
 */
final class ClientBean {

    /** Requests the container's own instance, whatever its scope. */
    private static final BeanContainer.LifecycleOptions OF_THE_CONTAINER = new BeanContainer.LifecycleOptions() {
        @Override
        public boolean canUseCachedReferences() {
            return false;
        }

        @Override
        public boolean useJpaCompliantCreation() {
            return false;
        }
    };

    private ClientBean() {}

    /**
     * Looks up the bean.
     *
     * @throws CacheException if there is no bean of that name, or if it is not a client
     */
    static RedissonClient find(String name, BeanContainer container) {
        // At its end, the ORM's container of CDI beans destroys the beans that it returned, unless their scope is
        // dependent. So CDI is asked directly.
        return container instanceof CdiBasedBeanContainer cdi ? OfCdi.find(name, cdi) : findIn(container, name);
    }

    private static RedissonClient findIn(BeanContainer container, String name) {
        if (container.getClass().getName().startsWith("org.springframework.")) {
            // If there is no bean of that name, Spring's container looks by type alone and would return the only
            // client.
            Object named = container
                    .getBean(name, Object.class, OF_THE_CONTAINER, new Refusal(name))
                    .getBeanInstance();
            if (!(named instanceof RedissonClient)) {
                throw none(name, "a bean of another type");
            }
        }
        return container
                .getBean(name, RedissonClient.class, OF_THE_CONTAINER, new Refusal(name))
                .getBeanInstance();
    }

    private static CacheException none(String name, @Nullable String found) {
        return new CacheException(RedisSettings.CLIENT + " = " + name
                + ": the bean container has " + (found == null ? "no bean" : found)
                + " of that name; expected a bean of type "
                + RedissonClient.class.getName() + ". Correct the name, or set " + RedisSettings.URL + " instead");
    }

    /** Called by a container that has no such bean. */
    private record Refusal(String name) implements BeanInstanceProducer {

        @Override
        public <B> B produceBeanInstance(Class<B> beanType) {
            throw none(name, null);
        }

        @Override
        public <B> B produceBeanInstance(String ignored, Class<B> beanType) {
            throw none(name, null);
        }
    }

    /** A separate class, because CDI may be absent from the class path. */
    private static final class OfCdi {

        private OfCdi() {}

        static RedissonClient find(String name, CdiBasedBeanContainer container) {
            BeanManager beans = container.getUsableBeanManager();
            Set<Bean<?>> named = beans.getBeans(RedissonClient.class, NamedLiteral.of(name));
            if (named.isEmpty()) {
                throw none(name, null);
            }
            try {
                return instance(beans, beans.resolve(named));
            } catch (AmbiguousResolutionException e) {
                throw none(name, "several beans");
            } catch (ContextNotActiveException e) {
                throw none(name, "a bean of a scope that does not last, instead of one");
            }
        }

        /** The contextual instance, not its proxy: connections cannot be watched through a proxy. */
        private static <T> RedissonClient instance(BeanManager beans, @Nullable Bean<T> bean) {
            if (bean == null) {
                throw new AmbiguousResolutionException();
            }
            return (RedissonClient) beans.getContext(bean.getScope()).get(bean, beans.createCreationalContext(bean));
        }
    }
}
