package io.github.hibernateredis.spring.boot;

import io.github.hibernateredis.ClientCustomizer;
import io.github.hibernateredis.RedisSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.jdbc.EmbeddedDatabaseConnection;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.Environment;

/**
 * Chooses the connection to Redis: a client bean, a URL or file from the properties, connection details or, only with
 * an embedded database, the server on this machine.
 */
final class ConnectionSettings {

    /** The qualifier of a client bean for the cache. */
    static final String QUALIFIER = "hibernateCache";

    /** The settings that have no effect with a client. */
    private static final List<String> OF_URLS = List.of(
            RedisSettings.URL,
            RedisSettings.MODE,
            RedisSettings.SENTINEL_MASTER,
            RedisSettings.SENTINEL_USERNAME,
            RedisSettings.SENTINEL_PASSWORD,
            RedisSettings.CLIENT_CUSTOMIZER);

    private final ConfigurableListableBeanFactory beans;
    private final Environment environment;
    private final HibernateRedisProperties properties;

    ConnectionSettings(
            ConfigurableListableBeanFactory beans, Environment environment, HibernateRedisProperties properties) {
        this.beans = beans;
        this.environment = environment;
        this.properties = properties;
    }

    /**
     * Completes the settings of one entity manager factory.
     *
     * @param settings may already contain a connection
     * @param beanName the bean that depends on a client bean
     */
    void complete(Map<String, Object> settings, String beanName, @Nullable DataSource dataSource) {
        if (settings.containsKey(RedisSettings.CLIENT) || settings.containsKey(RedisSettings.CONFIG)) {
            return;
        }
        String client = clientBean();
        if (client != null) {
            settings.keySet().removeAll(OF_URLS);
            settings.put(RedisSettings.CLIENT, beans.getBean(client, RedissonClient.class));
            beans.registerDependentBean(client, beanName); // so the cache stops before the client
            return;
        }
        Object url = settings.get(RedisSettings.URL);
        if (url != null) {
            settings.put(RedisSettings.URL, withLogin(url.toString()));
            if (properties.ssl().bundle() != null) {
                secure(settings, bundles().getBundle(properties.ssl().bundle()));
            }
            return;
        }
        HibernateRedisConnectionDetails details = details();
        if (details != null) {
            use(details, settings);
        } else if (dataSource == null || !EmbeddedDatabaseConnection.isEmbedded(dataSource)) {
            throw new MissingRedisConnectionException(
                    "No Redis is configured for the second-level cache. The Redis on this machine is the default only"
                            + " for an embedded database, and this database is not embedded");
        }
    }

    private @Nullable String clientBean() {
        if (properties.clientBean() != null) {
            return properties.clientBean();
        }
        for (String name : beans.getBeanNamesForType(RedissonClient.class, true, false)) {
            if (BeanFactoryAnnotationUtils.isQualifierMatch(QUALIFIER::equals, name, beans)) {
                return name;
            }
        }
        return null;
    }

    private String withLogin(String urls) {
        String login = RedisAddresses.login(properties.username(), properties.password());
        return login.isEmpty()
                ? urls
                : Arrays.stream(urls.split(","))
                        .map(String::trim)
                        .map(url -> url.contains("@") ? url : url.replaceFirst("://", "://" + quote(login)))
                        .collect(Collectors.joining(","));
    }

    private static String quote(String login) {
        return Matcher.quoteReplacement(login);
    }

    private @Nullable HibernateRedisConnectionDetails details() {
        HibernateRedisConnectionDetails details =
                beans.getBeanProvider(HibernateRedisConnectionDetails.class).getIfUnique();
        return details != null ? details : SpringDataRedisProperties.read(environment, bundles());
    }

    private SslBundles bundles() {
        return beans.getBeanProvider(SslBundles.class).getIfAvailable(DefaultSslBundleRegistry::new);
    }

    private static void use(HibernateRedisConnectionDetails details, Map<String, Object> settings) {
        settings.put(RedisSettings.URL, String.join(",", details.urls()));
        putIfKnown(settings, RedisSettings.MODE, details.mode());
        putIfKnown(settings, RedisSettings.SENTINEL_MASTER, details.sentinelMaster());
        putIfKnown(settings, RedisSettings.SENTINEL_PASSWORD, details.sentinelPassword());
        if (details.sentinelPassword() != null) {
            putIfKnown(settings, RedisSettings.SENTINEL_USERNAME, details.sentinelUsername());
        }
        SslBundle bundle = details.sslBundle();
        if (bundle != null) {
            secure(settings, bundle);
        }
    }

    private static void putIfKnown(Map<String, Object> settings, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            settings.putIfAbsent(name, value);
        }
    }

    private static void secure(Map<String, Object> settings, SslBundle bundle) {
        ClientCustomizer tls = config -> {
            config.setSslKeyManagerFactory(bundle.getManagers().getKeyManagerFactory());
            config.setSslTrustManagerFactory(bundle.getManagers().getTrustManagerFactory());
            String[] protocols = bundle.getOptions().getEnabledProtocols();
            if (protocols != null) {
                config.setSslProtocols(protocols);
            }
            String[] ciphers = bundle.getOptions().getCiphers();
            if (ciphers != null) {
                config.setSslCiphers(ciphers);
            }
        };
        settings.putIfAbsent(RedisSettings.CLIENT_CUSTOMIZER, tls);
    }
}
