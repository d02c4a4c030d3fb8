package io.github.hibernateredis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.hibernate.cache.CacheException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedissonVersionTest {

    @TempDir
    Path folder;

    /** A class path with exactly these classes of Redisson. */
    private URLClassLoader redisson(String version, String... sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        for (String source : sources) {
            String name = source.replaceFirst("(?s).* class (\\w+).*", "$1");
            String packageName = source.replaceFirst("(?s)package ([\\w.]+);.*", "$1");
            Path file =
                    folder.resolve("src").resolve(packageName.replace('.', '/')).resolve(name + ".java");
            Files.createDirectories(file.getParent());
            Files.writeString(file, source);
            assertThat(compiler.run(
                            null,
                            null,
                            null,
                            "-proc:none",
                            "-d",
                            folder.toString(),
                            "-cp",
                            folder.toString(),
                            file.toString()))
                    .isZero();
        }
        Path properties = folder.resolve("META-INF/maven/org.redisson/redisson/pom.properties");
        Files.createDirectories(properties.getParent());
        Files.write(properties, List.of("groupId=org.redisson", "artifactId=redisson", "version=" + version));
        return new URLClassLoader(new URL[] {folder.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
    }

    @Test
    void theOneOfThisBuildIsRight() {
        assertThatCode(() -> RedissonVersion.check(RedissonVersion.class.getClassLoader()))
                .doesNotThrowAnyException();
    }

    @Test
    void anOlderOneIsRefusedWithBothVersions() throws IOException {
        try (URLClassLoader older = redisson(
                "3.52.0",
                "package org.redisson.command; public class CommandAsyncExecutor {}",
                "package org.redisson; public class Redisson {"
                        + " public org.redisson.command.CommandAsyncExecutor getCommandExecutor() { return null; } }")) {
            assertThatThrownBy(() -> RedissonVersion.check(older))
                    .isInstanceOf(CacheException.class)
                    .hasMessageContaining("Redisson 3.52.0")
                    .hasMessageContaining("org.redisson.Redisson.getServiceManager is missing")
                    .hasMessageContaining("needs Redisson 4.7");
        }
    }

    @Test
    void theVersionThatIsNeededIsThatOfTheBuild() throws IOException {
        assertThat(Files.readString(Path.of("..", "pom.xml")))
                .contains("<redisson.version>" + RedissonVersion.NEEDED + ".");
        assertThat(Files.readString(Path.of("..", "README.md"))).contains("| Redisson | " + RedissonVersion.NEEDED);
    }

    @Test
    void noRedissonAtAllIsSaidToo() throws IOException {
        try (URLClassLoader none = new URLClassLoader(new URL[0], ClassLoader.getPlatformClassLoader())) {
            assertThatThrownBy(() -> RedissonVersion.check(none))
                    .isInstanceOf(CacheException.class)
                    .hasMessageContaining("of an unknown version");
        }
    }
}
