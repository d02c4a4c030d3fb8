package io.github.hibernateredis;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hibernate.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/**
 * Creates a client from a Redisson YAML file.
 *
 * <p>A message about a wrong file gives only the place of the mistake, without the cause: the messages of YAML parsers
 * repeat the text that they cannot parse, which may be the password.
 */
final class RedissonFile {

    private static final Pattern PLACE = Pattern.compile("line \\d+, column \\d+");

    private RedissonFile() {}

    /**
     * Returns a client that has not connected yet.
     *
     * @param classPath finds a resource
     * @throws CacheException if there is no such file, or if it does not describe a client
     */
    static RedissonClient client(String resource, Function<String, @Nullable InputStream> classPath) {
        Config config = read(resource, classPath);
        config.setLazyInitialization(true);
        try {
            return Redisson.create(config);
        } catch (RuntimeException e) {
            throw new CacheException(RedisSettings.CONFIG + " = " + resource
                    + ": Redisson does not accept this file. Write each server as redis://host:port or"
                    + " rediss://host:port,"
                    + " with special characters of user name and password percent-encoded");
        }
    }

    private static Config read(String resource, Function<String, @Nullable InputStream> classPath) {
        try (InputStream in = classPath.apply(resource)) {
            if (in != null) {
                return Config.fromYAML(in);
            }
            File file = new File(resource);
            if (file.isFile()) {
                return Config.fromYAML(file);
            }
        } catch (IOException | RuntimeException e) {
            throw new CacheException(RedisSettings.CONFIG + " = " + resource + ": not a Redisson YAML file" + place(e));
        }
        throw new CacheException(RedisSettings.CONFIG + " = " + resource
                + ": expected a Redisson YAML file on the class path or in the file"
                + " system, and there is none of that name");
    }

    /** The innermost place: the outer ones are the beginnings of the enclosing blocks. */
    private static String place(Exception failure) {
        String last = "";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Matcher place = PLACE.matcher(String.valueOf(cause.getMessage()));
            while (place.find()) {
                last = "; see " + place.group();
            }
        }
        return last;
    }
}
