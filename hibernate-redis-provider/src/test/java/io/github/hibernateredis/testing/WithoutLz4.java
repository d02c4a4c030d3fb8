package io.github.hibernateredis.testing;

import java.io.IOException;
import java.io.InputStream;

/** A class path without the LZ4 library: our classes are loaded anew, and do not find it. */
public final class WithoutLz4 extends ClassLoader {

    private WithoutLz4() {
        super(WithoutLz4.class.getClassLoader());
    }

    /** Runs a new instance of the class, loaded by a class loader that knows no LZ4. */
    public static void run(Class<? extends Runnable> scenario) throws ReflectiveOperationException {
        ClassLoader loader = new WithoutLz4();
        var constructor =
                loader.loadClass(scenario.getName()).asSubclass(Runnable.class).getDeclaredConstructor();
        constructor.setAccessible(true);
        constructor.newInstance().run();
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (name.startsWith("net.jpountz.")) {
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
