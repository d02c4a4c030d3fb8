package io.github.hibernateredis.integration;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Pattern;

/** What Redis says on a connection, answer by answer, each with the bytes that it came in. For one thread. */
final class Answers {

    private static final int LONGEST_HEAD = 32;
    private static final Pattern MESSAGE = Pattern.compile("[*>]3\r\n\\$\\d\r\ns?message\r\n.*", Pattern.DOTALL);

    private final InputStream in;
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();

    Answers(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    /** The next one; no bytes at the end. */
    byte[] next() throws IOException {
        answer.reset();
        in.mark(1);
        if (in.read() < 0) {
            return new byte[0];
        }
        in.reset();
        copyValue();
        return answer.toByteArray();
    }

    /** Whether it is what somebody has published. */
    static boolean isMessage(byte[] answer) {
        return MESSAGE.matcher(new String(answer, 0, Math.min(answer.length, LONGEST_HEAD), ISO_8859_1))
                .matches();
    }

    private void copyValue() throws IOException {
        int type = copyByte();
        String line = copyLine();
        switch (type) {
            case '$', '=', '!' -> {
                int length = Integer.parseInt(line);
                for (int i = 0; length >= 0 && i < length + 2; i++) {
                    copyByte();
                }
            }
            case '*', '~', '>' -> copyValues(Integer.parseInt(line));
            case '%' -> copyValues(2 * Integer.parseInt(line));
            default -> {
                // the line is all there is
            }
        }
    }

    private void copyValues(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            copyValue();
        }
    }

    private String copyLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = copyByte(); next != '\r'; next = copyByte()) {
            line.append((char) next);
        }
        copyByte();
        return line.toString();
    }

    private int copyByte() throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException();
        }
        answer.write(next);
        return next;
    }
}
