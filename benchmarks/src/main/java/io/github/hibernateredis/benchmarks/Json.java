package io.github.hibernateredis.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The format of all results. */
final class Json {

    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private Json() {}

    static void write(Path file, Object value) throws IOException {
        Files.createDirectories(file.getParent());
        MAPPER.writeValue(file.toFile(), value);
    }

    /** The content of the file; an empty node if there is no file. */
    static JsonNode read(Path file) throws IOException {
        return Files.exists(file) ? MAPPER.readTree(file.toFile()) : MAPPER.missingNode();
    }
}
