package io.github.hibernateredis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.redisson.config.TransportMode;

/** Tests the transport of a client without epoll. A test with epoll on its class path checks that it is used. */
final class NativeTransportTest {

    @Test
    void withoutTheLibraryTheClientUsesNio() {
        assertThat(NativeTransport.mode()).isEqualTo(TransportMode.NIO);
    }

    @Test
    void aTransportThatTheMachineDoesNotHaveIsNotUsed() {
        assertThat(isAvailable(Elsewhere.class)).isFalse();
        assertThat(isAvailable(Here.class)).isTrue();
    }

    @Test
    void aLibraryThatCannotBeLoadedIsNotUsed() {
        assertThat(isAvailable(Unloadable.class)).isFalse();
        assertThat(isAvailable(OfAnotherVersion.class)).isFalse();
        assertThat(isAvailable(String.class)).isFalse();
    }

    private static boolean isAvailable(Class<?> transport) {
        return NativeTransport.isAvailable(transport.getName(), NativeTransportTest.class.getClassLoader());
    }

    /** Like Netty's class on a system that it supports. */
    public static final class Here {
        public static boolean isAvailable() {
            return true;
        }
    }

    /** Like Netty's class on another system. */
    public static final class Elsewhere {
        public static boolean isAvailable() {
            return false;
        }
    }

    /** Like Netty's class if its static initializer fails. */
    public static final class Unloadable {
        static {
            fail();
        }

        private static void fail() {
            throw new UnsatisfiedLinkError("no such library");
        }

        public static boolean isAvailable() {
            return true;
        }
    }

    /** Like Netty's class with the other classes of another version. */
    public static final class OfAnotherVersion {
        public static boolean isAvailable() {
            throw new NoSuchMethodError("io.netty.util");
        }
    }
}
