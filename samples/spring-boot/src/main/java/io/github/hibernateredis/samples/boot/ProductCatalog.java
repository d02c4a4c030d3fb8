package io.github.hibernateredis.samples.boot;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The application. It contains no code for the cache. */
@SpringBootApplication
public class ProductCatalog {

    public static void main(String[] arguments) {
        SpringApplication.run(ProductCatalog.class, arguments);
    }

    @RestController
    static class Controller {

        private final Products products;

        Controller(Products products) {
            this.products = products;
        }

        @GetMapping("/products/{id}")
        String read(@PathVariable Long id) {
            return products.findById(id).orElseThrow().name();
        }

        @PutMapping("/products/{id}")
        void write(@PathVariable Long id, @RequestBody String name) {
            products.save(new Product(id, name));
        }
    }
}
