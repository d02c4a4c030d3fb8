package io.github.hibernateredis.integration;

import io.github.hibernateredis.CacheStatus;
import io.github.hibernateredis.integration.model.Product;
import io.github.hibernateredis.integration.model.Review;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.hibernate.cfg.AvailableSettings;

/** Opens many sessions on virtual threads, and reports where one was pinned in the provider. Compiled for Java 17. */
final class VirtualThreadsWorker {

    private static final int SESSIONS = 300;
    private static final int PRODUCTS = 20;

    private VirtualThreadsWorker() {}

    public static void main(String[] arguments) throws Exception {
        System.out.println("JAVA " + Runtime.version());
        Path file = Files.createTempFile("virtual", ".jfr");
        try (Application node = Application.on("virtual-threads", Product.class, Review.class)
                .set(AvailableSettings.POOL_SIZE, Integer.toString(SESSIONS))
                .start()) {
            for (long id = 1; id <= PRODUCTS; id++) {
                write(node, id);
            }
            reads(node, 50); // loads the classes
            try (Recording recording = new Recording()) {
                recording
                        .enable("jdk.VirtualThreadPinned")
                        .withThreshold(Duration.ZERO)
                        .withStackTrace();
                // The JVM pins a virtual thread that waits until another thread has loaded a class.
                for (long id = 1; id <= PRODUCTS; id++) {
                    use(node, id);
                }
                node.factory().getCache().evictAllRegions();
                recording.start();
                ExecutorService threads = (ExecutorService) Executors.class
                        .getMethod("newVirtualThreadPerTaskExecutor")
                        .invoke(null);
                List<Future<?>> all = new ArrayList<>();
                for (int i = 0; i < SESSIONS; i++) {
                    long id = i % PRODUCTS + 1;
                    all.add(threads.submit(() -> use(node, id)));
                }
                for (Future<?> each : all) {
                    each.get();
                }
                threads.shutdown();
                recording.dump(file);
            }
            System.out.println(
                    "HITS " + (CacheStatus.of(node.factory()).counters().total().hits() > 0));
            System.out.println("PINNED " + pinned(file));

            reads(node, 50);
            int before = threadLocals();
            reads(node, 500);
            System.out.println("GROWN " + (threadLocals() - before));
        } finally {
            Files.delete(file);
        }
        System.exit(0);
    }

    private static void use(Application node, long id) {
        node.find(Product.class, id);
        if (id == 1) {
            node.factory().getCache().evictEntityData(Product.class, id);
        }
        node.find(Product.class, id);
    }

    private static void reads(Application node, int times) {
        for (int i = 0; i < times; i++) {
            node.find(Product.class, (long) i % PRODUCTS + 1);
        }
    }

    private static void write(Application node, long id) {
        node.transact(session -> session.persist(new Product(id, "code " + id, "product " + id)));
    }

    /** Counts only waits in the provider's code: the ORM and the database may pin threads. */
    private static long pinned(Path file) throws IOException {
        long count = 0;
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
            boolean ours = event.getStackTrace() != null
                    && event.getStackTrace().getFrames().stream()
                            .map(frame -> frame.getMethod().getType().getName())
                            .filter(name -> !name.matches("(java|jdk|sun|org\\.redisson|io\\.netty)\\..*"))
                            .findFirst()
                            .filter(name -> name.startsWith("io.github.hibernateredis.")
                                    && !name.startsWith("io.github.hibernateredis.integration."))
                            .isPresent();
            if (ours) {
                System.err.println(event);
                count++;
            }
        }
        return count;
    }

    private static int threadLocals() throws ReflectiveOperationException {
        Field field = Thread.class.getDeclaredField("threadLocals");
        field.setAccessible(true);
        Object map = field.get(Thread.currentThread());
        Field size = map.getClass().getDeclaredField("size");
        size.setAccessible(true);
        return size.getInt(map);
    }
}
