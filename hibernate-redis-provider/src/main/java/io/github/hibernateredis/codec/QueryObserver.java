package io.github.hibernateredis.codec;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.hibernate.boot.registry.StandardServiceInitiator;
import org.hibernate.boot.registry.StandardServiceRegistryBuilder;
import org.hibernate.engine.jdbc.internal.JdbcServicesImpl;
import org.hibernate.engine.jdbc.spi.JdbcServices;
import org.hibernate.service.spi.ServiceContributor;
import org.hibernate.service.spi.ServiceRegistryImplementor;
import org.hibernate.sql.exec.spi.ExecutionContext;
import org.hibernate.sql.exec.spi.JdbcSelectExecutor;
import org.jspecify.annotations.Nullable;

/**
 * Wraps the ORM's executor of queries, to tell {@link RunningQuery} which cacheable query a thread runs. The ORM finds
 * this class through its service loader. If other code replaces the same service, queries are not noted. Then rows are
 * not checked, and parameters of application types leave a query uncached.
 */
public final class QueryObserver implements ServiceContributor {

    /** Called by the service loader. */
    public QueryObserver() {}

    @Override
    public void contribute(StandardServiceRegistryBuilder builder) {
        builder.addInitiator(new Initiator());
    }

    private static final class Initiator implements StandardServiceInitiator<JdbcServices> {

        @Override
        public Class<JdbcServices> getServiceInitiated() {
            return JdbcServices.class;
        }

        @Override
        public JdbcServices initiateService(Map<String, Object> settings, ServiceRegistryImplementor registry) {
            return new ObservedServices();
        }
    }

    private static final class ObservedServices extends JdbcServicesImpl {

        private final JdbcSelectExecutor executor = observed(super.getJdbcSelectExecutor());

        @Override
        public JdbcSelectExecutor getJdbcSelectExecutor() {
            return executor;
        }
    }

    /** A proxy, because the parameters of the methods have different classes in each version of the ORM. */
    private static JdbcSelectExecutor observed(JdbcSelectExecutor executor) {
        return (JdbcSelectExecutor) Proxy.newProxyInstance(
                QueryObserver.class.getClassLoader(), new Class<?>[] {JdbcSelectExecutor.class}, new Handler(executor));
    }

    private record Handler(JdbcSelectExecutor executor) implements InvocationHandler {

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            RunningQuery query = arguments == null ? null : query(arguments);
            if (query == null) {
                return call(method, arguments);
            }
            RunningQuery before = RunningQuery.exchange(query);
            try {
                return call(method, arguments);
            } finally {
                RunningQuery.exchange(before);
            }
        }

        private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
            try {
                return method.invoke(executor, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }

        /** Null if it is not cacheable. */
        private static @Nullable RunningQuery query(Object[] arguments) {
            for (Object argument : arguments) {
                if (argument instanceof ExecutionContext context
                        && Boolean.TRUE.equals(context.getQueryOptions().isResultCachingEnabled())) {
                    return new RunningQuery(
                            context.getSession(), HibernateInternals.get().mappings(arguments[0]));
                }
            }
            return null;
        }
    }
}
