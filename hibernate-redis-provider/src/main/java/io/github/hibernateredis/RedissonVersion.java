package io.github.hibernateredis;

import java.io.IOException;
import java.io.InputStream;
import java.security.CodeSource;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.hibernate.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the provider can use the Redisson on the class path. Otherwise a version that the application or a
 * framework brings would first show as a {@link NoSuchMethodError}.
 */
final class RedissonVersion {

    /** The versions that the provider is tested with. */
    static final String NEEDED = "4.7";

    private static final String PROPERTIES = "META-INF/maven/org.redisson/redisson/pom.properties";

    /**
     * A method that not every version of Redisson has. It is given by names, so that this class loads with any version.
     */
    private record Method(String type, String name, String... parameters) {}

    private static final List<Method> METHODS = List.of(
            new Method("org.redisson.Redisson", "getCommandExecutor"),
            new Method("org.redisson.Redisson", "getServiceManager"),
            new Method("org.redisson.connection.ServiceManager", "getConnectionEventsHub"),
            new Method("org.redisson.connection.ServiceManager", "getGroup"),
            new Method(
                    "org.redisson.connection.ConnectionEventsHub",
                    "addListener",
                    "org.redisson.connection.ConnectionListener"),
            new Method("org.redisson.connection.ConnectionEventsHub", "removeListener", "int"),
            new Method(
                    "org.redisson.connection.ConnectionListener",
                    "onConnect",
                    "java.net.InetSocketAddress",
                    "org.redisson.api.NodeType"),
            new Method("org.redisson.connection.ConnectionManager", "getEntrySet"),
            new Method("org.redisson.config.Config", "setLazyInitialization", "boolean"),
            new Method("org.redisson.config.Config", "setUsername", "java.lang.String"),
            new Method("org.redisson.config.Config", "setPassword", "java.lang.String"),
            new Method("org.redisson.config.Config", "isSingleConfig"),
            new Method("org.redisson.config.BaseConfig", "setRetryDelay", "org.redisson.config.DelayStrategy"),
            new Method(
                    "org.redisson.api.RScriptAsync",
                    "evalShaAsync",
                    "org.redisson.api.RScript$Mode",
                    "java.lang.String",
                    "org.redisson.api.RScript$ReturnType",
                    "java.util.List",
                    "[Ljava.lang.Object;"));

    private RedissonVersion() {}

    /**
     * Checks the Redisson that the class loader finds.
     *
     * @throws CacheException if the provider cannot use it, with the found and the required version
     */
    static void check(ClassLoader loader) {
        for (Method method : METHODS) {
            if (!isThere(method, loader)) {
                throw new CacheException("Redisson " + found(loader) + " cannot be used: "
                        + method.type + "." + method.name + " is missing. hibernate-redis-provider needs Redisson "
                        + NEEDED
                        + ". Another dependency brings this one; set its version to " + NEEDED
                        + ".x (Maven: dependencyManagement of org.redisson:redisson)");
            }
        }
    }

    private static boolean isThere(Method method, ClassLoader loader) {
        try {
            return Arrays.stream(Class.forName(method.type, false, loader).getMethods())
                    .anyMatch(each -> each.getName().equals(method.name)
                            && Arrays.equals(
                                    Arrays.stream(each.getParameterTypes())
                                            .map(Class::getName)
                                            .toArray(),
                                    method.parameters));
        } catch (ClassNotFoundException e) {
            return false;
        } catch (LinkageError e) {
            return true; // a type of an unrelated method is missing, which does no harm
        }
    }

    private static String found(ClassLoader loader) {
        String version = version(loader);
        String jar = jar(loader);
        return (version == null ? "of an unknown version" : version) + (jar == null ? "" : " (" + jar + ")");
    }

    private static @Nullable String version(ClassLoader loader) {
        try (InputStream in = loader.getResourceAsStream(PROPERTIES)) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("version");
        } catch (IOException e) {
            return null;
        }
    }

    private static @Nullable String jar(ClassLoader loader) {
        try {
            CodeSource source = Class.forName("org.redisson.Redisson", false, loader)
                    .getProtectionDomain()
                    .getCodeSource();
            return source == null || source.getLocation() == null
                    ? null
                    : source.getLocation().getPath().replaceFirst(".*/(?=[^/]+)", "");
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }
}
