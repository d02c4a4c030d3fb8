package io.github.hibernateredis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.hibernateredis.config.ProviderConfig;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.redisson.config.Config;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Compares the documents with the code: each block in them is compiled, read, or compared. */
class DocumentationTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern BLOCK = Pattern.compile("```([\\w-]*)\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\((?!http)([^)#]*)(?:#([^)]+))?\\)");
    private static final Pattern TEST = Pattern.compile("`(\\w*[a-z](?:IT|Test|Contract))(?:\\.(\\w+))?`");

    /** Text that says that a read can be wrong. */
    private static final Pattern LIMIT =
            Pattern.compile("(?is)\\b(?:can|may|could|still)\\b[^.|]{0,60}\\b(?:outdated|older\\s+value|stale)\\b"
                    + "|\\b(?:outdated|older\\s+value|stale)\\b[^.|]{0,60}\\buntil\\b");

    /** The page itself, the list of changes, and the pages about other caches. */
    private static final Set<String> NO_LIMITS = Set.of("guarantees.md", "CHANGELOG.md", "orm-test-suite.md");

    private record Block(Path file, String language, String text) {

        @Override
        public String toString() {
            return ROOT.relativize(file) + ": " + text.lines().findFirst().orElse("");
        }
    }

    @TempDir
    Path classes;

    @TestFactory
    Stream<DynamicTest> everyBlockIsTrue() throws IOException {
        return blocks().stream().map(block -> DynamicTest.dynamicTest(block.toString(), () -> check(block)));
    }

    private void check(Block block) throws Exception {
        switch (block.language) {
            case "redis-near" -> assertThat(block.text.lines()).allMatch(line -> line.startsWith("ACL SETUSER "));
            case "java" -> compile(block.text);
            case "properties" -> readSettings(block.text);
            case "xml" ->
                assertThat(Files.readString(ROOT.resolve("pom.xml")))
                        .contains(element(block.text, "groupId"), element(block.text, "version"));
            case "yaml" -> checkYaml(block.text);
            case "kotlin" -> assertThat(block.text).contains("\"io.github.hibernateredis:hibernate-redis-");
            case "redis" -> // AccessRightsIT runs it
                assertThat(block.text.lines()).allMatch(line -> line.startsWith("ACL SETUSER "));
            case "shell" -> checkProfiles(block.text);
            default -> throw new AssertionError("No test for a block of the language '" + block.language + "'");
        }
    }

    private void compile(String source) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        Matcher name = Pattern.compile("public (?:final )?(?:class|interface|record) (\\w+)")
                .matcher(source);
        assertThat(name.find()).as("names a public type").isTrue();
        JavaFileObject file =
                new SimpleJavaFileObject(
                        URI.create("string:///" + name.group(1) + ".java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        try (StandardJavaFileManager files = compiler.getStandardFileManager(problems, null, null)) {
            files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
            List<String> options = List.of("-proc:none", "-classpath", System.getProperty("java.class.path"));
            boolean compiled = compiler.getTask(null, files, problems, options, null, List.of(file))
                    .call();
            assertThat(compiled).as(problems.getDiagnostics().toString()).isTrue();
        }
    }

    private static void readSettings(String text) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(text));
        Map<String, Object> settings = new HashMap<>();
        properties.forEach((key, value) -> settings.put((String) key, value));
        assertThatCode(() -> ProviderConfig.from(settings)).doesNotThrowAnyException();
    }

    /** The configuration of a Redisson client or, of a Spring Boot application, the names of the settings. */
    private static void checkYaml(String text) throws IOException {
        if (!text.startsWith("spring:") && !text.startsWith("hibernate:")) {
            assertThat(Config.fromYAML(text)).isNotNull();
            return;
        }
        Map<String, Object> yaml = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
        for (String name : List.of("hibernate", "cache", "redis")) {
            yaml = map(yaml.getOrDefault(name, Map.of()));
        }
        String documented = Files.readString(ROOT.resolve("docs/spring-boot.md"));
        yaml.forEach((name, value) -> {
            if (value instanceof Map<?, ?>) {
                assertThat(name).isEqualTo("region");
                map(value).keySet().forEach(setting -> assertThat(setting).matches(".*\\.(ttl|outage[-_]policy)]?"));
            } else {
                assertThat(isSetting(name) || documented.contains("`" + name + "`"))
                        .as(name)
                        .isTrue();
            }
        });
    }

    private static boolean isSetting(String name) {
        return Stream.of(RedisSettings.class.getFields())
                .anyMatch(field -> field.getName().equalsIgnoreCase(name.replace('-', '_')));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    private static String element(String xml, String name) {
        Matcher element = Pattern.compile("<" + name + ">[^<]+</" + name + ">").matcher(xml);
        assertThat(element.find()).as("has an element " + name).isTrue();
        return element.group();
    }

    private static void checkProfiles(String text) throws IOException {
        Matcher profile = Pattern.compile("-P([\\w-]+)").matcher(text);
        while (profile.find()) {
            assertThat(Files.readString(ROOT.resolve("pom.xml"))).contains("<id>" + profile.group(1) + "</id>");
        }
    }

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<Path> documents = new ArrayList<>(documents());
        for (String module : List.of("quickstart", "benchmarks", "samples/spring-boot")) {
            documents.add(ROOT.resolve(module).resolve("README.md"));
        }
        for (Path document : documents) {
            Matcher link = LINK.matcher(Files.readString(document));
            while (link.find()) {
                Path target = link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1));
                assertThat(target).exists();
                if (link.group(2) != null) {
                    assertThat(anchors(Files.readString(target)))
                            .as("%s links to %s", document.getFileName(), link.group())
                            .contains(link.group(2));
                }
            }
        }
    }

    /** The anchors of the headings, as GitHub builds them. */
    private static Set<String> anchors(String document) {
        return Pattern.compile("(?m)^#+ (.*)$")
                .matcher(BLOCK.matcher(document).replaceAll(""))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w -]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    @Test
    void everyTestThatIsNamedIsThere() throws IOException {
        Map<String, String> tests = tests();
        for (Path document : documents()) {
            if (document.endsWith("orm-test-suite.md")) {
                continue; // it contains names of the ORM
            }
            for (MatchResult test :
                    TEST.matcher(Files.readString(document)).results().toList()) {
                assertThat(tests.keySet()).as("%s", document.getFileName()).contains(test.group(1));
                if (test.group(2) != null && !test.group(2).equals("java")) {
                    assertThat(tests.get(test.group(1)))
                            .as("%s", test.group())
                            .containsPattern("\\b" + test.group(2) + "\\b");
                }
            }
        }
    }

    /** Each limit has a cause, a duration, a bound and a remedy, and names its test or says that there is none. */
    @Test
    void everyLimitIsComplete() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/guarantees.md"));
        List<String> limits = Stream.of(
                        page.substring(0, page.indexOf("\n## Costs")).split("\n###? "))
                .filter(section -> section.contains("**Cause.**"))
                .toList();
        assertThat(limits).hasSizeGreaterThan(15);
        for (String limit : limits) {
            String title = limit.lines().findFirst().orElseThrow();
            assertThat(limit)
                    .as(title)
                    .containsSubsequence(
                            "**Cause.**", "**Outdated.**", "**Duration.**", "**Bound.**", "**Remedy.**", "**Test.**");
            String proof = limit.substring(limit.indexOf("**Test.**"));
            assertThat(TEST.matcher(proof).find() || proof.matches("(?s).*\\b[Nn]one\\b.*"))
                    .as(title)
                    .isTrue();
        }
    }

    /** Another page that mentions outdated reads links to the page with all limits. */
    @Test
    void aLimitThatIsNamedElsewhereRefersToThePageOfTheLimits() throws IOException {
        for (Path document : documents()) {
            if (NO_LIMITS.contains(document.getFileName().toString())) {
                continue;
            }
            String text = BLOCK.matcher(Files.readString(document))
                    .replaceAll("")
                    .replaceAll("(?s)<!-- generated.*?<!-- to here -->", "");
            for (String paragraph : text.split("\n\\s*\n|\n(?=\\||- |\\d+\\. )")) {
                if (LIMIT.matcher(paragraph).find()) {
                    assertThat(paragraph).as("%s", document.getFileName()).contains("guarantees.md");
                }
            }
        }
    }

    /** Each row of a table of proofs ends with its tests. */
    @Test
    void everyFaultHasATestThatIsThere() throws IOException {
        Map<String, String> tests = tests();
        List<String> rows = Files.readString(ROOT.resolve("docs/faults.md"))
                .lines()
                .filter(line -> line.startsWith("| **"))
                .toList();
        assertThat(rows).hasSizeGreaterThan(20);
        for (String row : rows) {
            List<MatchResult> named = TEST.matcher(row).results().toList();
            assertThat(named).as(row).isNotEmpty();
            for (MatchResult test : named) {
                assertThat(tests).containsKey(test.group(1));
                if (test.group(2) != null) {
                    assertThat(tests.get(test.group(1))).contains(" void " + test.group(2) + "(");
                }
            }
        }
    }

    /** The sources of the test classes of all modules by name; several may share a name. */
    private static Map<String, String> tests() throws IOException {
        Map<String, String> tests = new HashMap<>();
        for (String module : List.of("hibernate-redis-provider", "integration-tests", "cli")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    String name = file.getFileName().toString();
                    tests.merge(
                            name.substring(0, name.length() - ".java".length()),
                            Files.readString(file),
                            String::concat);
                }
            }
        }
        return tests;
    }

    private static List<Block> blocks() throws IOException {
        List<Block> blocks = new ArrayList<>();
        for (Path document : documents()) {
            Matcher matcher = BLOCK.matcher(Files.readString(document));
            while (matcher.find()) {
                blocks.add(new Block(document, matcher.group(1), matcher.group(2)));
            }
        }
        assertThat(blocks).isNotEmpty();
        return blocks;
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            return Stream.concat(top, docs)
                    .filter(path -> path.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }
}
