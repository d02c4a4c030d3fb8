package io.github.hibernateredis.spring.boot.app;

import io.github.hibernateredis.CacheStatus;
import jakarta.persistence.EntityManagerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.devtools.restart.Restarter;
import org.springframework.context.ConfigurableApplicationContext;

/** Runs the book shop twice. The developer tools restart it for the second run, with its classes reloaded. */
public final class FreshApplication {

    private static final String RESTARTED = "fresh.restarted";

    private FreshApplication() {}

    public static void main(String[] arguments) {
        ConfigurableApplicationContext shop = SpringApplication.run(BookShop.class, arguments);
        BookShop books = shop.getBean(BookShop.class);
        if (System.getProperty(RESTARTED) == null) {
            System.setProperty(RESTARTED, "true");
            books.write(1L, "teapot");
            System.out.println("\nFIRST " + readUntilHit(shop, books));
            Restarter.getInstance().restart();
        } else {
            System.out.println("\nSECOND " + readUntilHit(shop, books));
            System.out.println("\nTIMER " + loaderOfTheTimer());
            System.exit(SpringApplication.exit(shop));
        }
    }

    private static String readUntilHit(ConfigurableApplicationContext shop, BookShop books) {
        EntityManagerFactory factory = shop.getBean(EntityManagerFactory.class);
        long end = System.nanoTime() + 30_000_000_000L;
        String title;
        do {
            title = books.read(1L);
        } while (CacheStatus.of(factory).counters().total().hits() == 0 && System.nanoTime() < end);
        return title + " " + (CacheStatus.of(factory).counters().total().hits() > 0) + " "
                + BookShop.class.getClassLoader().getClass().getSimpleName();
    }

    /** The class loader that the JVM's own timer thread keeps; newer JVMs have no such thread. */
    private static String loaderOfTheTimer() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("CompletableFutureDelayScheduler"))
                .map(thread -> thread.getContextClassLoader().getClass().getSimpleName())
                .findFirst()
                .orElse("AppClassLoader");
    }
}
