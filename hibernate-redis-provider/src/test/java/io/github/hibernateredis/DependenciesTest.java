package io.github.hibernateredis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;

/** Compares the page about dependencies with the POM and with Redisson's dependencies. */
final class DependenciesTest {

    private static final Pattern DEPENDENCY = Pattern.compile("(?s)<dependency>(.*?)</dependency>");
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>([^<]+)</artifactId>");
    private static final Pattern NAME = Pattern.compile("`([a-z0-9]+(?:-[a-z0-9]+)*)`");

    private static String page() throws IOException {
        return Files.readString(Path.of("..", "docs", "dependencies.md"));
    }

    /** The names in the first column of the table below a heading or the title. */
    private static Set<String> table(String heading) throws IOException {
        String section = page().split("(?m)^#+ " + heading + "$", 2)[1].split("\n##? ", 2)[0];
        return section.lines()
                .filter(line -> line.startsWith("| `"))
                .flatMap(line -> NAME.matcher(line.split(" \\| ")[0]).results())
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> artifacts(String xml) {
        return ARTIFACT.matcher(xml).results().map(artifact -> artifact.group(1));
    }

    @Test
    void whatIsExcludedIsNamed() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        String exclusions = pom.substring(pom.indexOf("<exclusions>"), pom.indexOf("</exclusions>"));
        assertThat(table("What is left out"))
                .containsExactlyInAnyOrderElementsOf(artifacts(exclusions).toList());
    }

    @Test
    void whatRedissonDependsOnIsBroughtOrLeftOut() throws Exception {
        Set<String> known = table("Dependencies");
        known.addAll(table("What is left out"));
        Path jar = Path.of(Redisson.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        String pom;
        try (JarFile file = new JarFile(jar.toFile())) {
            pom = new String(file.getInputStream(file.getEntry("META-INF/maven/org.redisson/redisson/pom.xml"))
                    .readAllBytes());
        }
        List<String> needed = DEPENDENCY
                .matcher(pom)
                .results()
                .map(MatchResult::group)
                .filter(one -> !one.contains("<scope>test")
                        && !one.contains("<scope>provided")
                        && !one.contains("<optional>true"))
                .flatMap(one -> artifacts(one).limit(1))
                .toList();
        assertThat(needed).hasSizeGreaterThan(10);
        assertThat(known).containsAll(needed);
    }

    @Test
    void whatIsBroughtIsThere() throws IOException {
        List<String> jars = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(path -> Path.of(path).getFileName().toString())
                .toList();
        assertThat(table("Dependencies"))
                .hasSize(21)
                .allSatisfy(name -> assertThat(jars).anyMatch(jar -> jar.matches(name + "-\\d.*\\.jar")));
    }
}
