package io.github.hibernateredis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * On Java 21 to 23, a virtual thread that waits while it holds a monitor pins its carrier. So no code waits for Redis
 * there.
 */
final class VirtualThreadsTest {

    private static final Pattern MONITOR = Pattern.compile("\\bsynchronized\\b");
    private static final Pattern WAITS =
            Pattern.compile("\\.(?:join|await|shutdown|wait)\\(|Thread\\.sleep|LockSupport|syncUninterruptibly");

    /** Called once, at the end of an application. */
    private static final Set<String> AT_THE_END = Set.of("RedisClients.java", "RedisRegionFactory.java");

    @Test
    void nothingWaitsInAMonitor() throws IOException {
        List<String> waiting = new ArrayList<>();
        int monitors = 0;
        try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
            for (Path source :
                    sources.filter(path -> path.toString().endsWith(".java")).toList()) {
                String code = Files.readString(source).replaceAll("(?s)/\\*.*?\\*/|//[^\n]*", "");
                Matcher monitor = MONITOR.matcher(code);
                while (monitor.find()) {
                    monitors++;
                    String block = block(code, code.indexOf('{', monitor.end()));
                    if (WAITS.matcher(block).find()
                            && !AT_THE_END.contains(source.getFileName().toString())) {
                        waiting.add(source + ": " + block);
                    }
                }
            }
        }
        assertThat(monitors).isGreaterThan(20);
        assertThat(waiting).isEmpty();
    }

    private static String block(String code, int begin) {
        int depth = 0;
        for (int i = begin; ; i++) {
            depth += code.charAt(i) == '{' ? 1 : code.charAt(i) == '}' ? -1 : 0;
            if (depth == 0) {
                return code.substring(begin, i + 1);
            }
        }
    }
}
