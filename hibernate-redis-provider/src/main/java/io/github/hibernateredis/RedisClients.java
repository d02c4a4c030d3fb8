package io.github.hibernateredis;

import io.github.hibernateredis.config.ConnectionConfig;
import io.github.hibernateredis.config.RedisUrl;
import io.github.hibernateredis.store.NotConnectedException;
import io.github.hibernateredis.store.redis.ConnectionChanges;
import io.github.hibernateredis.store.redis.FailureKind;
import io.github.hibernateredis.store.redis.RedisClient;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
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
 * The Redisson client of a started factory: made from URLs or from a YAML file, and then ours to close, or handed in by the
 * application, and then never closed.
 *
 * <p>It is made or looked up at its first use: a bean may not be ready before. A bean is looked up by the thread that uses it
 * first, since its container may hold a lock there. A client of ours connects on a thread of its own, again and again until it
 * succeeds: Redis may be down at the start, or silent, and nobody is to wait for that. Thread safe.
 */
final class RedisClients implements Supplier<RedisClient>, AutoCloseable {

    /**
     * The caller has gone on after the cache's own timeout. The client waits longer, since an answer that comes late still tells
     * that the server is there.
     */
    private static final int TIMEOUTS = 4;

    private static final int LEAST_TIMEOUT_MILLIS = 3_000;

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");
    private static final long BETWEEN_ATTEMPTS_MILLIS = 500;
    private static final long TELLING_NANOS = 1_000_000_000L;

    private static final int NETTY_THREADS =
            Math.max(2, Math.min(8, Runtime.getRuntime().availableProcessors()));

    /**
     * Requests share connections, so few of them do, and do better: what is sent at the same time goes out, and comes back, in
     * fewer packets. Measured on two cores: 8 threads read half as much again over 4 connections as over Redisson's 64.
     */
    private static final int CONNECTIONS = 2 * NETTY_THREADS;

    /**
     * How often each connection is tried. One that has gone silent while others work, as when a firewall has forgotten it, costs
     * every request that happens to get it a whole timeout; Redisson's own 30 seconds are long for that.
     */
    private static final int PING_MILLIS = 3_000;

    /** How long a failover in a cluster may go unnoticed. */
    private static final int BETWEEN_SCANS_MILLIS = 1000;

    /** After how long a server that did not say whether it is a master is asked again, before all are a second later. */
    private static final Duration BEFORE_ASKING_AGAIN = Duration.ofMillis(300);

    private final Supplier<RedissonClient> source;
    private final boolean ours;
    private final @Nullable RedissonClient made; // to be closed also if nobody has asked for it
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
     * @param timeout the budget of one operation
     * @throws CacheException if the configuration names something that is not there, or is not a client
     */
    static RedisClients of(ConnectionConfig connection, Duration timeout, ServiceRegistry services) {
        return of(connection, config -> {}, timeout, services);
    }

    /**
     * @param customizer changes the configuration of a client that is made of URLs
     * @param timeout the budget of one operation
     * @throws CacheException if the configuration names something that is not there, or is not a client
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
                        + ": expected a org.redisson.api.RedissonClient, or the name of a bean that is one");
    }

    /**
     * Clients where there is no Hibernate that runs.
     *
     * @throws CacheException if the configuration names something that is not there, or an object of an application
     */
    static RedisClients alone(ConnectionConfig connection, Duration timeout) {
        if (connection instanceof ConnectionConfig.Urls urls) {
            return of(urls, config -> {}, timeout);
        }
        if (connection instanceof ConnectionConfig.YamlFile yaml) {
            return of(yaml, RedisClients.class.getClassLoader()::getResourceAsStream, timeout);
        }
        throw new CacheException(RedisSettings.CLIENT + " is for applications");
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
     * Has the listener told of everything that a client which is configured here receives, by the address of the server.
     *
     * @param listener is called on a thread that must not be kept waiting
     */
    void onReceived(Consumer<String> listener) {
        received.tell(listener);
    }

    ConnectionChanges changes() {
        return changes;
    }

    /** Why the last attempt to connect failed; null if none has, or there is a client. */
    @Nullable
    String problem() {
        return client == null ? problem : null;
    }

    /** The client, once there is one; never if that does not come. */
    CompletableFuture<RedisClient> connected() {
        return connected.copy();
    }

    /**
     * Looks the client up if it is a bean. One whose container is not ready yet is looked up when it is used.
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

    /** Begins to connect, unless the client is one of the application's: that is looked up when a session needs it. */
    void connectSoon() {
        if (ours) {
            connect();
        }
    }

    /** Begins to connect, at the first call. The result says that the first attempt is over. */
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
                Thread.sleep(BETWEEN_ATTEMPTS_MILLIS); // on its own thread, which is interrupted to end it
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

    /** Redisson tells of its first connection a little later; after that all is quiet. */
    private void awaitFirstChange() throws InterruptedException {
        long begin = System.nanoTime();
        while (changes.count() == 0 && System.nanoTime() - begin < TELLING_NANOS) {
            Thread.sleep(1); // Redisson gives no sign that it has told of everything
        }
    }

    private boolean isConnected(Redisson redisson, boolean first) {
        try {
            redisson.getCommandExecutor().getConnectionManager().getEntrySet();
            return true;
        } catch (RuntimeException e) {
            problem = FailureKind.describe(e);
            if (first) {
                LOG.warnf("Redis cannot be reached; the cache is bypassed until it can: %s", problem);
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
            LOG.warn(
                    "The Redisson client is configured to read from replicas, which lag behind their master. Reads of the"
                            + " second-level cache are sent as scripts, which go to the master; readMode MASTER spares them that");
        }
        if (redisson instanceof Redisson known && (ours || !redisson.getConfig().isLazyInitialization())) {
            changes.compare(() -> masters(known));
        } // else to ask for the masters would be to connect
        if (checkedTimeout != null) {
            ClientCheck.warn(redisson.getConfig(), checkedTimeout);
        }
        client = new RedisClient(redisson, replicas);
        connected.complete(client);
    }

    private static List<?> masters(Redisson redisson) {
        return redisson.getCommandExecutor().getConnectionManager().getEntrySet().stream()
                .map(MasterSlaveEntry::getClient)
                .toList();
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
        config.setThreads(2); // for listeners and the like; nothing of ours runs there
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
        servers.setRetryAttempts(0); // an operation that took too long is not repeated: its caller has gone on
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
     * Logs in at sentinels that ask for it. Redisson asks them only if it has a password for the servers; where there is
     * none, those that are named are told at once, and no others are looked for, since they would not be.
     */
    private static SentinelServersConfig sentinels(SentinelServersConfig servers, ConnectionConfig.Urls urls) {
        ConnectionConfig.Sentinels sentinels = Objects.requireNonNull(urls.sentinels());
        boolean told = urls.urls().get(0).password() == null && sentinels.password() != null;
        for (RedisUrl url : urls.urls()) {
            RedisUrl login =
                    new RedisUrl(url.tls(), url.host(), url.port(), sentinels.username(), sentinels.password());
            servers.addSentinelAddress((told ? login : url.withoutLogin()).address());
        }
        return servers.setMasterName(sentinels.master())
                .setSentinelUsername(sentinels.username())
                .setSentinelPassword(sentinels.password())
                .setSentinelsDiscovery(!told)
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
