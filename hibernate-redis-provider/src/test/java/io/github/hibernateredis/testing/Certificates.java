package io.github.hibernateredis.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Keys and certificates from a private CA, created with the JDK's keytool. */
public final class Certificates {

    /** The password of all stores. */
    public static final String PASSWORD = "changeit";

    private static final String AUTHORITY = "authority";

    private final Path folder;
    private final Path keys;

    private Certificates(Path folder) {
        this.folder = folder;
        this.keys = folder.resolve("keys.p12");
    }

    /** Creates a CA that keeps its files in this folder. */
    public static Certificates in(Path folder) throws Exception {
        Certificates certificates = new Certificates(folder);
        certificates.generate(AUTHORITY, "-ext", "bc:c");
        return certificates;
    }

    /** Adds a key with a certificate signed by the CA, with a name such as {@code ip:127.0.0.1}. */
    public void issue(String alias, String subjectAlternativeName) throws Exception {
        generate(alias, "-signer", AUTHORITY, "-ext", "san=" + subjectAlternativeName);
    }

    private void generate(String alias, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                alias,
                "-dname",
                "CN=" + alias,
                "-storetype",
                "PKCS12",
                "-keystore",
                keys.toString(),
                "-storepass",
                PASSWORD));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IOException(Files.readString(folder.resolve("keytool.log")));
        }
    }

    /** A trust store with the certificate of the CA. */
    public Path trustStore() throws Exception {
        KeyStore store = empty();
        store.setCertificateEntry(AUTHORITY, load().getCertificate(AUTHORITY));
        return save(store, "trust.p12");
    }

    /** A key store with one key and its certificates. */
    public Path keyStore(String alias) throws Exception {
        KeyStore store = empty();
        store.setEntry(alias, load().getEntry(alias, protection()), protection());
        return save(store, alias + ".p12");
    }

    private static KeyStore.ProtectionParameter protection() {
        return new KeyStore.PasswordProtection(PASSWORD.toCharArray());
    }

    /** The file with the certificate of the CA. */
    public Path authorityAsPem() throws Exception {
        return pem(
                "authority.crt", "CERTIFICATE", load().getCertificate(AUTHORITY).getEncoded());
    }

    /** The file with a certificate. */
    public Path certificateAsPem(String alias) throws Exception {
        return pem(alias + ".crt", "CERTIFICATE", load().getCertificate(alias).getEncoded());
    }

    /** The file with a private key. */
    public Path keyAsPem(String alias) throws Exception {
        return pem(
                alias + ".key",
                "PRIVATE KEY",
                load().getKey(alias, PASSWORD.toCharArray()).getEncoded());
    }

    private Path pem(String file, String kind, byte[] bytes) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return Files.writeString(
                folder.resolve(file), "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }

    private KeyStore load() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private Path save(KeyStore store, String file) throws GeneralSecurityException, IOException {
        Path path = folder.resolve(file);
        try (var out = Files.newOutputStream(path)) {
            store.store(out, PASSWORD.toCharArray());
        }
        return path;
    }
}
