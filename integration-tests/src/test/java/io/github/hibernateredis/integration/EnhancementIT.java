package io.github.hibernateredis.integration;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.Basic;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Lob;
import jakarta.persistence.ManyToOne;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.hibernate.Hibernate;
import org.hibernate.Session;
import org.hibernate.annotations.LazyGroup;
import org.hibernate.bytecode.enhance.spi.DefaultEnhancementContext;
import org.hibernate.bytecode.enhance.spi.Enhancer;
import org.hibernate.bytecode.enhance.spi.UnloadedClass;
import org.hibernate.bytecode.enhance.spi.UnloadedField;
import org.hibernate.bytecode.internal.BytecodeProviderInitiator;
import org.hibernate.engine.spi.ManagedEntity;
import org.junit.jupiter.api.Test;

/** Entities with lazy attributes, which the ORM enhances when their classes are loaded. */
class EnhancementIT {

    @Entity(name = "Article")
    @Cacheable
    public static class Article {
        @Id
        Long id;

        String title;

        @Basic(fetch = FetchType.LAZY)
        @Lob
        String body;

        @Basic(fetch = FetchType.LAZY)
        @LazyGroup("summary")
        String summary;

        @ManyToOne(fetch = FetchType.LAZY)
        Author author;

        // Only an entity's own access to its fields is intercepted.

        void setTitle(String text) {
            title = text;
        }

        String getBody() {
            return body;
        }

        void setBody(String text) {
            body = text;
        }

        String getSummary() {
            return summary;
        }

        Author getAuthor() {
            return author;
        }
    }

    @Entity(name = "Author")
    @Cacheable
    public static class Author {
        @Id
        Long id;

        String name;

        String getName() {
            return name;
        }
    }

    /** The code that runs inside the enhancing class loader. */
    public static final class Scenario implements Runnable {

        @Override
        public void run() {
            assertThat(ManagedEntity.class).isAssignableFrom(Article.class);
            try (Nodes nodes = Nodes.start(Application.on("enhancement", Article.class, Author.class)
                    .classLoader(Scenario.class.getClassLoader()))) {
                nodes.one.transact(session -> {
                    Author author = new Author();
                    author.id = 1L;
                    author.name = "Ann";
                    session.persist(author);
                    Article article = new Article();
                    article.id = 1L;
                    article.title = "title";
                    article.body = "body";
                    article.summary = "summary";
                    article.author = author;
                    session.persist(article);
                });
                lazyAttributesAreNotNeeded(nodes);
                aLazyAttributeIsLoadedWhenItIsAskedFor(nodes);
                aLazyReferenceIsResolvedFromTheCache(nodes);
                aChangeOfALazyAttributeIsSeen(nodes);
                aChangeOfAnotherAttributeLosesNoLazyOne(nodes);
            }
        }

        private static Article article(Session session) {
            return session.find(Article.class, 1L);
        }

        private void lazyAttributesAreNotNeeded(Nodes nodes) {
            nodes.share(session -> {
                assertThat(article(session).title).isEqualTo("title");
                assertThat(Hibernate.isPropertyInitialized(article(session), "title"))
                        .isTrue();
            });
        }

        private void aLazyAttributeIsLoadedWhenItIsAskedFor(Nodes nodes) {
            for (Application node : new Application[] {nodes.two, nodes.one, nodes.two}) {
                node.transact(session -> {
                    assertThat(article(session).getBody()).isEqualTo("body");
                    assertThat(article(session).getSummary()).isEqualTo("summary");
                });
            }
        }

        private void aLazyReferenceIsResolvedFromTheCache(Nodes nodes) {
            nodes.share(session ->
                    assertThat(article(session).getAuthor().getName()).isEqualTo("Ann"));
        }

        private void aChangeOfALazyAttributeIsSeen(Nodes nodes) {
            nodes.two.transact(session -> article(session).setBody("edited"));
            nodes.one.transact(session -> assertThat(article(session).getBody()).isEqualTo("edited"));
            nodes.two.transact(session -> {
                assertThat(article(session).getBody()).isEqualTo("edited");
                assertThat(article(session).getSummary()).isEqualTo("summary");
            });
        }

        private void aChangeOfAnotherAttributeLosesNoLazyOne(Nodes nodes) {
            nodes.seeChange(
                    session -> article(session).setTitle("retitled"),
                    session -> assertThat(article(session).title).isEqualTo("retitled"));
            nodes.one.transact(session -> {
                assertThat(article(session).getBody()).isEqualTo("edited");
                assertThat(article(session).getSummary()).isEqualTo("summary");
            });
        }
    }

    /** Loads the classes of this test, and the classes of the package that they need, and enhances the entities. */
    private static final class EnhancingClassLoader extends ClassLoader {

        private final Enhancer enhancer = BytecodeProviderInitiator.buildDefaultBytecodeProvider()
                .getEnhancer(new DefaultEnhancementContext() {
                    @Override
                    public ClassLoader getLoadingClassLoader() {
                        return EnhancementIT.class.getClassLoader();
                    }

                    @Override
                    public boolean hasLazyLoadableAttributes(UnloadedClass type) {
                        return true;
                    }

                    @Override
                    public boolean isLazyLoadable(UnloadedField field) {
                        return true;
                    }
                });

        EnhancingClassLoader() {
            super(EnhancementIT.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(EnhancementIT.class.getName()) && !name.equals(Nodes.class.getName())) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] original = in.readAllBytes();
                byte[] enhanced = enhancer.enhance(name, original);
                byte[] bytes = enhanced == null ? original : enhanced;
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void lazyAttributesAreCachedOnceTheyAreLoaded() throws ReflectiveOperationException {
        new EnhancingClassLoader()
                .loadClass(Scenario.class.getName())
                .asSubclass(Runnable.class)
                .getDeclaredConstructor()
                .newInstance()
                .run();
    }
}
