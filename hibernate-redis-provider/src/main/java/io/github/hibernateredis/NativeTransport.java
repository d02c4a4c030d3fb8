package io.github.hibernateredis;

import org.redisson.config.TransportMode;

/** Which of Netty's transports a client uses that is configured here. */
final class NativeTransport {

    private static final String EPOLL = "io.netty.channel.epoll.Epoll";

    private NativeTransport() {}

    /**
     * Epoll on Linux with {@code netty-transport-native-epoll} on the class path, which takes less time for each request; NIO
     * elsewhere. A library that cannot be loaded here (another processor, another version of Netty) counts as missing.
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
