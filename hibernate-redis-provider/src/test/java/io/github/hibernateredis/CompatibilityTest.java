package io.github.hibernateredis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Compares the README's table, the builds and the matrix of the public CI with {@code docs/compatibility.yml}. */
final class CompatibilityTest {

    private static final Path ROOT = Path.of("..");

    private record Line(String name, String supported, List<String> everyBuild, List<String> matrix) {

        @SuppressWarnings("unchecked")
        static Line of(Map<String, Object> yaml) {
            return new Line(
                    (String) yaml.get("name"),
                    (String) yaml.get("supported"),
                    (List<String>) yaml.get("every-build"),
                    (List<String>) yaml.get("matrix"));
        }

        String row() {
            String tested = String.join(", ", everyBuild).replace(".Final", "");
            return "| " + name + " | " + supported + " | " + tested + " |";
        }
    }

    private static <T> T load(Path file) throws IOException {
        return new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
    }

    private static List<Line> lines() throws IOException {
        List<Map<String, Object>> yaml = load(ROOT.resolve("docs/compatibility.yml"));
        return yaml.stream().map(Line::of).toList();
    }

    private static Line line(String name) throws IOException {
        return lines().stream()
                .filter(line -> line.name.equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theReadmeHasEachRow() throws IOException {
        assertThat(Files.readAllLines(ROOT.resolve("README.md")))
                .containsSubsequence(lines().stream().map(Line::row).toList());
    }

    @Test
    void everyBuildTestsWhatIsSaid() throws IOException {
        String builds = Files.readString(ROOT.resolve(".ci/run")) + Files.readString(ROOT.resolve("pom.xml"));
        assertThat(builds)
                .contains(line("Hibernate ORM").everyBuild)
                .contains("<redisson.version>" + line("Redisson").everyBuild.get(0) + ".")
                .contains("<maven.compiler.release>" + line("Java").everyBuild.get(0) + "<");
        for (String boot : line("Spring Boot").everyBuild) {
            assertThat(builds)
                    .contains(
                            "<spring-boot-" + boot.charAt(0) + ".version>" + boot + "</spring-boot-" + boot.charAt(0));
        }
    }

    @Test
    void theMatrixIsTheSame() throws IOException {
        Map<String, Object> jobs = child(load(ROOT.resolve(".github/workflows/matrix.yml")), "jobs");
        assertThat(axis(jobs, "java", "java")).isEqualTo(line("Java").matrix);
        assertThat(axis(jobs, "hibernate", "hibernate")).isEqualTo(line("Hibernate ORM").matrix);
        assertThat(axis(jobs, "redis", "image")).isEqualTo(line("Redis").matrix);
    }

    private static Object axis(Map<String, Object> jobs, String job, String axis) {
        return child(child(child(jobs, job), "strategy"), "matrix").get(axis);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> child(Map<String, Object> parent, String name) {
        return (Map<String, Object>) parent.get(name);
    }
}
