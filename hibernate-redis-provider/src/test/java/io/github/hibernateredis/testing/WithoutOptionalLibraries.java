package io.github.hibernateredis.testing;

import java.io.IOException;
import java.io.InputStream;

/** A class path without LZ4 and Caffeine: it reloads the provider's classes, which then do not find these libraries. */
public final class WithoutOptionalLibraries extends ClassLoader {

    private WithoutOptionalLibraries() {
        super(WithoutOptionalLibraries.class.getClassLoader());
    }

    /** Runs a new instance of the class, loaded by a class loader that does not find these libraries. */
    public static void run(Class<? extends Runnable> scenario) throws ReflectiveOperationException {
        ClassLoader loader = new WithoutOptionalLibraries();
        var constructor =
                loader.loadClass(scenario.getName()).asSubclass(Runnable.class).getDeclaredConstructor();
        constructor.setAccessible(true);
        constructor.newInstance().run();
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (name.startsWith("net.jpountz.") || name.startsWith("com.github.benmanes.caffeine.")) {
            throw new ClassNotFoundException(name);
        }
        if (!name.startsWith("io.github.hibernateredis.")) {
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
            byte[] bytes = in.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
