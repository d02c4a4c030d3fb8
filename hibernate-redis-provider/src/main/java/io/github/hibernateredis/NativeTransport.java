package io.github.hibernateredis;

import org.redisson.config.TransportMode;

/** Chooses the Netty transport of a client that the provider configures. */
final class NativeTransport {

    private static final String EPOLL = "io.netty.channel.epoll.Epoll";

    private NativeTransport() {}

    /**
     * Returns epoll on Linux if {@code netty-transport-native-epoll} is on the class path, because it takes less time
     * for each request; NIO otherwise. A native library that cannot be loaded (another processor, another version of
     * Netty) counts as missing.
     */
    static TransportMode mode() {
        return isAvailable(EPOLL, NativeTransport.class.getClassLoader()) ? TransportMode.EPOLL : TransportMode.NIO;
    }

    static boolean isAvailable(String transport, ClassLoader loader) {
        try {
            return (boolean) Class.forName(transport, true, loader)
                    .getMethod("isAvailable")
                    .invoke(null);
        } catch (ReflectiveOperationException | LinkageError e) {
            return false;
        }
    }
}
