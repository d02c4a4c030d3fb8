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

/**
 * The warm-up that {@link RedisSettings#WARM_UP} asks for. It runs from the creation of a session factory until its end
 * or close. Thread safe.
 */
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
     * Starts once there is a client. Until then it opens no session, because the first session looks up a client that
     * is a bean. The thread that starts the application may hold the lock of the bean's container.
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
            LOG.warnf("%s has no effect with tenants: run a RedisCacheWarmup for each tenant", RedisSettings.WARM_UP);
            return;
        }
        clients.connectSoon();
        CompletableFuture<RedisCacheWarmup.Running> begun = clients.connected().thenApply(client -> warmup.start());
        running.put(factory, begun);
        begun.thenCompose(RedisCacheWarmup.Running::result)
                .thenAccept(result -> result.failure()
                        .ifPresent(failure -> LOG.warnf(
                                "The warm-up of %s ended early: %s. The remaining entries are loaded when they are"
                                        + " needed",
                                RedisSettings.WARM_UP, failure)));
    }

    /**
     * Aborts the warm-up and waits for the batches in progress, because they need connections that are about to be
     * closed.
     */
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
            LOG.debug("The warm-up has not ended in time", e);
        }
    }
}
