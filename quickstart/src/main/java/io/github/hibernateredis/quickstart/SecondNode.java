package io.github.hibernateredis.quickstart;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/**
 * The main class of the second JVM: another instance of the shop. It reads one operation per line from standard input
 * until that ends. It answers with the number of SQL statements, the nanoseconds and the result.
 */
final class SecondNode {

    private SecondNode() {}

    /**
     * Reads operations until standard input ends.
     *
     * @param arguments the URLs of the database and of Redis
     */
    public static void main(String[] arguments) throws IOException {
        try (Shop shop = Shop.join(arguments[0], arguments[1]);
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            Quickstart.rehearse(shop);
            System.out.println("ready");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                long statements = shop.statements();
                long start = System.nanoTime();
                String result = perform(shop, line.split(" "));
                long nanos = System.nanoTime() - start;
                System.out.println(shop.statements() - statements + " " + nanos + " " + result);
            }
        }
    }

    private static String perform(Shop shop, String[] words) {
        long productId = Long.parseLong(words[1]);
        if (words[0].equals("price")) {
            return shop.price(productId).toPlainString();
        }
        shop.changePrice(productId, new BigDecimal(words[2]));
        return words[2];
    }
}
