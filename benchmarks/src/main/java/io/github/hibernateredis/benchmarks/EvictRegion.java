package io.github.hibernateredis.benchmarks;

import io.github.hibernateredis.benchmarks.domain.Product;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Measures how long another client of the server waits while a region with many entries is evicted.
 *
 * <p>The other client is a separate JVM that reads one field after another. Its slowest read during the eviction is
 * compared with its slowest read in an idle period of the same length, which shows the influence of the machine.
 * beside its worst in a while of the same length in which nothing else happens, which is what the machine alone does.
 */
final class EvictRegion {

    private static final long WHILE_MILLIS = 500;

    /** One eviction; times in microseconds. */
    record Result(
            String provider,
            int entries,
            double evictMicros,
            LatencyReader.Window quiet,
            LatencyReader.Window evicting) {}

    private EvictRegion() {}

    static List<Result> measure(List<Provider> providers, Options options) throws IOException, InterruptedException {
        List<Result> results = new ArrayList<>();
        for (int round = 0; round < options.rounds(); round++) {
            for (Provider provider : providers) {
                Result result = measure(provider, options.entries());
                // Printed to standard output, as part of JMH's output.
                System.out.println("# " + result);
                results.add(result);
            }
        }
        return results;
    }

    private static Result measure(Provider provider, int entries) throws IOException, InterruptedException {
        try (Shop shop = Shop.open(provider, 0)) {
            shop.fill(entries, id -> new Product(id, 20));
            shop.load(entries, Product.class);
            try (LatencyReader.Process reader = LatencyReader.start(Servers.redisUrl(0))) {
                reader.next();
                TimeUnit.MILLISECONDS.sleep(WHILE_MILLIS);
                LatencyReader.Window quiet = reader.next();
                long start = System.nanoTime();
                shop.factory().getCache().evictEntityData(Product.class);
                double evictMicros = (System.nanoTime() - start) / 1e3;
                TimeUnit.MILLISECONDS.sleep(WHILE_MILLIS);
                return new Result(provider.label(), entries, evictMicros, quiet, reader.next());
            }
        }
    }
}
