package io.github.hibernateredis.spring.boot.app;

import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
@EnableCaching
@RestController
public class BookShop {

    private final Books books;
    private final AtomicInteger computed = new AtomicInteger();

    BookShop(Books books) {
        this.books = books;
    }

    @PutMapping("/books/{id}")
    void write(@PathVariable("id") Long id, @RequestBody String title) {
        Book book = books.findById(id).orElseGet(Book::new);
        book.id = id;
        book.title = title;
        books.save(book);
    }

    @GetMapping("/books/{id}")
    String read(@PathVariable("id") Long id) {
        return books.findById(id).orElseThrow().title;
    }

    /** Cached by Spring, in Caffeine. */
    @Cacheable("prices")
    @GetMapping("/price")
    public int price() {
        return computed.incrementAndGet();
    }
}
