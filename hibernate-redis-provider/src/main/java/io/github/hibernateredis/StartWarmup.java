package io.github.hibernateredis;

import io.github.hibernateredis.config.WarmUp;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.hibernate.cache.CacheException;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.jboss.logging.Logger;

/** The warm-up that a setting asks for: from when a session factory has been created until it is closed. Thread safe. */
final class StartWarmup {

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");
    private static final long AWAITED_SECONDS = 5;

    private final WarmUp settings;
    private final RedisClients clients;
    private final Map<SessionFactoryImplementor, CompletableFuture<RedisCacheWarmup.Running>> running =
            new ConcurrentHashMap<>();

    StartWarmup(WarmUp settings, RedisClients clients) {
        this.settings = settings;
        this.clients = clients;
    }

    /**
     * Begins, once there is a client. Until then no session is opened here: the first one looks up a client that is a bean, and the
     * thread that starts the application may hold the lock of its container.
     *
     * @throws CacheException if a name is not that of a cached entity
     */
    void begin(SessionFactoryImplementor factory) {
        if (settings.entities().isEmpty()) {
            return;
        }
        RedisCacheWarmup warmup = RedisCacheWarmup.of(factory).threads(settings.threads());
        if (settings.mostPerSecond() > 0) {
            warmup.mostPerSecond(settings.mostPerSecond());
        }
        for (String entity : settings.entities()) {
            try {
                warmup.entities(entity);
            } catch (IllegalArgumentException e) {
                throw new CacheException(
                        RedisSettings.WARM_UP + " = " + entity + ": expected the name of an entity that is cached");
            }
        }
        if (factory.getSessionFactoryOptions().isMultiTenancyEnabled()) {
            LOG.warnf(
                    "%s does nothing where there are tenants: run a RedisCacheWarmup for each tenant",
                    RedisSettings.WARM_UP);
            return;
        }
        clients.connectSoon();
        CompletableFuture<RedisCacheWarmup.Running> begun = clients.connected().thenApply(client -> warmup.start());
        running.put(factory, begun);
        begun.thenCompose(RedisCacheWarmup.Running::result)
                .thenAccept(result -> result.failure()
                        .ifPresent(failure -> LOG.warnf(
                                "The warm-up of %s ended early: %s. What is missing is loaded when it is asked for",
                                RedisSettings.WARM_UP, failure)));
    }

    /** Aborts it, and waits for the batches that are under way: they need the connections that are about to be closed. */
    void end(SessionFactoryImplementor factory) {
        CompletableFuture<RedisCacheWarmup.Running> begun = running.remove(factory);
        if (begun == null || begun.cancel(false)) {
            return;
        }
        RedisCacheWarmup.Running warmup = begun.join();
        warmup.abort();
        try {
            warmup.result().get(AWAITED_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("The warm-up does not end", e);
        }
    }
}
