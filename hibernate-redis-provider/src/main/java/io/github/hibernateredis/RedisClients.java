package io.github.hibernateredis;

import io.github.hibernateredis.config.ConnectionConfig;
import io.github.hibernateredis.config.RedisUrl;
import io.github.hibernateredis.store.NotConnectedException;
import io.github.hibernateredis.store.redis.ConnectionChanges;
import io.github.hibernateredis.store.redis.FailureKind;
import io.github.hibernateredis.store.redis.RedisClient;
import io.netty.util.concurrent.EventExecutor;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.hibernate.boot.registry.classloading.spi.ClassLoaderService;
import org.hibernate.cache.CacheException;
import org.hibernate.resource.beans.container.spi.BeanContainer;
import org.hibernate.resource.beans.spi.ManagedBeanRegistry;
import org.hibernate.service.ServiceRegistry;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.BaseConfig;
import org.redisson.config.BaseMasterSlaveServersConfig;
import org.redisson.config.Config;
import org.redisson.config.ConstantDelay;
import org.redisson.config.ReadMode;
import org.redisson.config.SentinelServersConfig;
import org.redisson.config.SingleServerConfig;
import org.redisson.connection.MasterSlaveEntry;

/**
 * The Redisson client of a started factory. The provider creates it from URLs or a YAML file and closes it; a client of
 * the application is never closed.
 *
 * <p>The client is created or looked up at its first use, because a bean may not be ready earlier. The thread that uses
 * a bean first also looks it up, because the bean's container may hold a lock there. A client of the provider connects
 * on a separate thread and retries until it succeeds. So no other thread waits while Redis is down or silent. Thread
 * safe.
 */
final class RedisClients implements Supplier<RedisClient>, AutoCloseable {

    /**
     * The caller continues after the cache's own timeout. The client waits longer, because even a late reply shows that
     * the server is alive.
     */
    private static final int TIMEOUTS = 4;

    private static final int LEAST_TIMEOUT_MILLIS = 3_000;

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");
    private static final long BETWEEN_ATTEMPTS_MILLIS = 500;
    private static final long TELLING_NANOS = 1_000_000_000L;

    private static final int NETTY_THREADS =
            Math.max(2, Math.min(8, Runtime.getRuntime().availableProcessors()));

    /**
     * Requests share few connections: requests and replies of the same moment then need fewer packets. Measured on two
     * cores, 8 threads read half as much again over 4 connections as over Redisson's 64.
     */
    private static final int CONNECTIONS = 2 * NETTY_THREADS;

    /**
     * How often each connection is tested. A connection that is silent while others work, for instance because a
     * firewall dropped it, costs each of its requests a whole timeout. Redisson's default of 30 seconds is too long for
     * that.
     */
    private static final int PING_MILLIS = 3_000;

    /** How long a failover in a cluster may stay undetected. */
    private static final int BETWEEN_SCANS_MILLIS = 1000;

    /** When a server is asked again that has not said whether it is a master. All servers are asked a second later. */
    private static final Duration BEFORE_ASKING_AGAIN = Duration.ofMillis(300);

    private final Supplier<RedissonClient> source;
    private final boolean ours;
    private final @Nullable RedissonClient made; // closed even if no thread has requested it
    private final @Nullable Duration checkedTimeout; // null for a client that is configured here
    private final CompletableFuture<RedisClient> connected = new CompletableFuture<>();
    private final ConnectionChanges changes = new ConnectionChanges();
    private final ReceivedBytes received = new ReceivedBytes();
    private volatile @Nullable RedisClient client;
    private volatile @Nullable String problem;
    private @Nullable CompletableFuture<Void> connecting;
    private volatile boolean closed;

    private RedisClients(Supplier<RedissonClient> source, boolean ours) {
        this(source, ours, null, null);
    }

    private RedisClients(
            Supplier<RedissonClient> source,
            boolean ours,
            @Nullable RedissonClient made,
            @Nullable Duration checkedTimeout) {
        this.source = source;
        this.ours = ours;
        this.made = made;
        this.checkedTimeout = checkedTimeout;
    }

    /**
     * @param timeout the timeout of one operation
     * @throws CacheException if the configuration names something that does not exist, or is not a client
     */
    static RedisClients of(ConnectionConfig connection, Duration timeout, ServiceRegistry services) {
        return of(connection, config -> {}, timeout, services);
    }

    /**
     * @param customizer changes the configuration of a client that is created from URLs
     * @param timeout the timeout of one operation
     * @throws CacheException if the configuration names something that does not exist, or is not a client
     */
    static RedisClients of(
            ConnectionConfig connection, ClientCustomizer customizer, Duration timeout, ServiceRegistry services) {
        if (connection instanceof ConnectionConfig.Urls urls) {
            return of(urls, customizer, timeout);
        }
        if (connection instanceof ConnectionConfig.YamlFile yaml) {
            return of(yaml, services.requireService(ClassLoaderService.class)::locateResourceStream, timeout);
        }
        Object given = ((ConnectionConfig.ExistingClient) connection).client();
        if (given instanceof RedissonClient redisson) {
            return new RedisClients(() -> redisson, false, null, timeout);
        }
        if (given instanceof String beanName) {
            BeanContainer container =
                    services.requireService(ManagedBeanRegistry.class).getBeanContainer();
            if (container == null) {
                throw new CacheException(
                        RedisSettings.CLIENT + " = " + beanName + ": there is no bean container to look it"
                                + " up in; set the RedissonClient itself, or " + RedisSettings.URL + " or "
                                + RedisSettings.CONFIG);
            }
            return new RedisClients(() -> ClientBean.find(beanName, container), false, null, timeout);
        }
        throw new CacheException(
                RedisSettings.CLIENT + " = an object of " + given.getClass().getName()
                        + ": expected an org.redisson.api.RedissonClient, or the name of a bean that is one");
    }

    /**
     * Creates clients without a running Hibernate.
     *
     * @throws CacheException if the configuration names something that does not exist, or an object of an application
     */
    static RedisClients alone(ConnectionConfig connection, Duration timeout) {
        if (connection instanceof ConnectionConfig.Urls urls) {
            return of(urls, config -> {}, timeout);
        }
        if (connection instanceof ConnectionConfig.YamlFile yaml) {
            return of(yaml, RedisClients.class.getClassLoader()::getResourceAsStream, timeout);
        }
        throw new CacheException(
                RedisSettings.CLIENT + " is only available to an application: set " + RedisSettings.URL);
    }

    private static RedisClients of(ConnectionConfig.Urls urls, ClientCustomizer customizer, Duration timeout) {
        Config config = config(urls, timeout);
        RedisClients clients = new RedisClients(() -> Redisson.create(config), true);
        config.setNettyHook(clients.received);
        customizer.customize(config);
        return clients;
    }

    private static RedisClients of(
            ConnectionConfig.YamlFile yaml, Function<String, @Nullable InputStream> classPath, Duration timeout) {
        RedissonClient made = RedissonFile.client(yaml.resource(), classPath);
        return new RedisClients(() -> made, true, made, timeout);
    }

    @Override
    public RedisClient get() {
        RedisClient known = client;
        if (known != null) {
            return known;
        }
        connect();
        known = client;
        if (known != null) {
            return known;
        }
        throw new NotConnectedException(
                closed ? "The Redis region factory was stopped" : "There is no connection to Redis yet");
    }

    /**
     * Sets a listener for all bytes received by a client that is configured here. The listener gets the server's
     * address.
     *
     * @param listener is called on a thread that must not block
     */
    void onReceived(Consumer<String> listener) {
        received.setListener(listener);
    }

    /**
     * Runs a task after each I/O thread of the client has read what had arrived before this call, or at once if the
     * threads are not known or have ended.
     */
    void afterReading(Runnable task) {
        RedisClient current = client;
        if (current == null || !(current.redisson() instanceof Redisson redisson)) {
            task.run();
            return;
        }
        try {
            List<CompletableFuture<Void>> turns = new ArrayList<>();
            for (EventExecutor thread : redisson.getServiceManager().getGroup()) {
                CompletableFuture<Void> turn = new CompletableFuture<>();
                // An event loop runs a task that it schedules itself in its next round, after it has read.
                thread.execute(() -> thread.schedule(() -> turn.complete(null), 0, TimeUnit.NANOSECONDS));
                turns.add(turn);
            }
            CompletableFuture.allOf(turns.toArray(CompletableFuture[]::new)).thenRun(task);
        } catch (RejectedExecutionException e) {
            task.run(); // the client has been shut down
        }
    }

    ConnectionChanges changes() {
        return changes;
    }

    /** Why the last attempt to connect failed; null if no attempt has failed, or if there is a client. */
    @Nullable
    String problem() {
        return client == null ? problem : null;
    }

    /** Completes with the client once there is one; never completes if no client can be created. */
    CompletableFuture<RedisClient> connected() {
        return connected.copy();
    }

    /**
     * Looks the client up if it is a bean. If the bean's container is not ready yet, the first use looks it up.
     *
     * @throws CacheException if there is no such bean
     */
    void lookUp() {
        if (ours) {
            return;
        }
        try {
            connect();
        } catch (CacheException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.debug("The client cannot be looked up yet", e);
        }
    }

    /** Starts to connect. Does nothing for a client of the application: a session looks it up when it needs it. */
    void connectSoon() {
        if (ours) {
            connect();
        }
    }

    /** Starts to connect at the first call. The result completes when the first attempt has ended. */
    synchronized CompletableFuture<Void> connect() {
        CompletableFuture<Void> begun = connecting;
        if (begun != null) {
            return begun;
        }
        if (closed) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> firstAttempt = new CompletableFuture<>();
        if (ours) {
            Redisson redisson = (Redisson) source.get();
            connecting = firstAttempt;
            listen(redisson);
            Thread thread = new Thread(() -> connect(redisson, firstAttempt), "hibernate-redis-connect");
            thread.setDaemon(true);
            thread.setContextClassLoader(RedisClients.class.getClassLoader());
            thread.start();
        } else {
            RedissonClient given = source.get();
            listen(given);
            use(given);
            firstAttempt.complete(null);
            connecting = firstAttempt;
        }
        return firstAttempt;
    }

    private void connect(Redisson redisson, CompletableFuture<Void> firstAttempt) {
        try {
            while (!closed && !isConnected(redisson, !firstAttempt.isDone())) {
                firstAttempt.complete(null);
                Thread.sleep(BETWEEN_ATTEMPTS_MILLIS); // on its own thread, which close() interrupts
            }
            awaitFirstChange();
            synchronized (this) {
                if (closed) {
                    redisson.shutdown();
                } else {
                    use(redisson);
                }
            }
        } catch (InterruptedException e) {
            redisson.shutdown();
            Thread.currentThread().interrupt();
        } finally {
            firstAttempt.complete(null);
        }
    }

    /** Waits for Redisson's event about its first connection, which arrives shortly after the connection is made. */
    private void awaitFirstChange() throws InterruptedException {
        long begin = System.nanoTime();
        while (changes.count() == 0 && System.nanoTime() - begin < TELLING_NANOS) {
            Thread.sleep(1); // Redisson has no event for the end of its events
        }
    }

    private boolean isConnected(Redisson redisson, boolean first) {
        try {
            redisson.getCommandExecutor().getConnectionManager().getEntrySet();
            return true;
        } catch (RuntimeException e) {
            problem = FailureKind.describe(e);
            if (first) {
                LOG.warnf("Redis cannot be reached. The cache is bypassed until a connection succeeds: %s", problem);
            }
            return false;
        }
    }

    private void listen(RedissonClient redisson) {
        if (redisson instanceof Redisson events) {
            events.getServiceManager().getConnectionEventsHub().addListener(changes);
        }
    }

    private void use(RedissonClient redisson) {
        boolean replicas = ClientCheck.readsFromReplicas(redisson.getConfig());
        if (replicas) {
            LOG.warn("The Redisson client is configured to read from replicas, which lag behind their master. The"
                    + " second-level cache sends its reads as scripts instead, because scripts go to the"
                    + " master. Set readMode to MASTER to avoid the scripts");
        }
        if (redisson instanceof Redisson known && (ours || !redisson.getConfig().isLazyInitialization())) {
            changes.compare(() -> masters(known));
        } // otherwise asking for the masters would open a connection
        if (checkedTimeout != null) {
            ClientCheck.warn(redisson.getConfig(), checkedTimeout);
        }
        client = new RedisClient(redisson, replicas);
        connected.complete(client);
    }

    /** Every read calls it. */
    private static List<?> masters(Redisson redisson) {
        Collection<MasterSlaveEntry> entries =
                redisson.getCommandExecutor().getConnectionManager().getEntrySet();
        List<Object> clients = new ArrayList<>(entries.size());
        for (MasterSlaveEntry entry : entries) {
            clients.add(entry.getClient());
        }
        return clients;
    }

    @Override
    public synchronized void close() {
        closed = true;
        RedisClient known = client;
        if (known == null) {
            if (made != null && connecting == null) {
                made.shutdown();
            }
            return;
        }
        if (ours) {
            known.redisson().shutdown();
        } else if (known.redisson() instanceof Redisson events) {
            events.getServiceManager().getConnectionEventsHub().removeListener(System.identityHashCode(changes));
        }
    }

    private static Config config(ConnectionConfig.Urls urls, Duration timeout) {
        Config config = new Config();
        config.setLazyInitialization(true);
        config.setThreads(2); // for Redisson's listeners; no code of the provider runs there
        config.setNettyThreads(NETTY_THREADS);
        config.setTransportMode(NativeTransport.mode());
        RedisUrl first = urls.urls().get(0);
        String[] addresses = urls.urls().stream().map(RedisUrl::address).toArray(String[]::new);
        BaseConfig<?> servers = switch (urls.mode()) {
            case SINGLE -> single(config.useSingleServer(), first, urls.database());
            case CLUSTER ->
                fromMasters(config.useClusterServers().addNodeAddress(addresses).setScanInterval(BETWEEN_SCANS_MILLIS));
            case SENTINEL -> fromMasters(sentinels(config.useSentinelServers(), urls));
            case REPLICATED ->
                fromMasters(
                        config.useReplicatedServers().addNodeAddress(addresses).setDatabase(urls.database()));
        };
        int millis = (int) timeout.toMillis();
        servers.setTimeout(Math.max(TIMEOUTS * millis, LEAST_TIMEOUT_MILLIS));
        servers.setConnectTimeout(Math.max(millis, 1_000));
        servers.setRetryDelay(new ConstantDelay(BEFORE_ASKING_AGAIN));
        servers.setRetryAttempts(0); // an operation that timed out is not repeated: its caller has continued
        servers.setPingConnectionInterval(PING_MILLIS);
        config.setUsername(first.username());
        config.setPassword(first.password());
        return config;
    }

    private static SingleServerConfig single(SingleServerConfig server, RedisUrl url, int database) {
        return server.setAddress(url.address())
                .setDatabase(database)
                .setConnectionPoolSize(CONNECTIONS)
                .setConnectionMinimumIdleSize(2)
                .setSubscriptionConnectionMinimumIdleSize(0);
    }

    /**
     * Logs in at sentinels that ask for a password. Redisson asks them only if it has a password for the servers.
     * Without one, the configured sentinels get the password at once and no others are discovered, because discovered
     * ones would not get it.
     */
    private static SentinelServersConfig sentinels(SentinelServersConfig servers, ConnectionConfig.Urls urls) {
        ConnectionConfig.Sentinels sentinels = Objects.requireNonNull(urls.sentinels());
        boolean authenticates = urls.urls().get(0).password() == null && sentinels.password() != null;
        for (RedisUrl url : urls.urls()) {
            RedisUrl login =
                    new RedisUrl(url.tls(), url.host(), url.port(), sentinels.username(), sentinels.password());
            servers.addSentinelAddress((authenticates ? login : url.withoutLogin()).address());
        }
        return servers.setMasterName(sentinels.master())
                .setSentinelUsername(sentinels.username())
                .setSentinelPassword(sentinels.password())
                .setSentinelsDiscovery(!authenticates)
                .setCheckSentinelsList(false) // one that answers is enough to start
                .setDatabase(urls.database());
    }

    private static <T extends BaseMasterSlaveServersConfig<T>> T fromMasters(T servers) {
        servers.setReadMode(ReadMode.MASTER);
        servers.setMasterConnectionPoolSize(CONNECTIONS);
        servers.setMasterConnectionMinimumIdleSize(2);
        servers.setSubscriptionConnectionMinimumIdleSize(0);
        return servers;
    }
}
