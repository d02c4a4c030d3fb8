package io.github.hibernateredis.samples.boot;

import org.springframework.data.jpa.repository.JpaRepository;

interface Products extends JpaRepository<Product, Long> {}
