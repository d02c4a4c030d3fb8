package io.github.hibernateredis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.redisson.config.TransportMode;

/** Which transport a client uses. That epoll is used where it is there is tested where it is on the class path. */
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

    /** As Netty's class on the system that it is made for. */
    public static final class Here {
        public static boolean isAvailable() {
            return true;
        }
    }

    /** As Netty's class on another system. */
    public static final class Elsewhere {
        public static boolean isAvailable() {
            return false;
        }
    }

    /** As Netty's class if its static initializer fails. */
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

    /** As Netty's class beside the classes of another version. */
    public static final class OfAnotherVersion {
        public static boolean isAvailable() {
            throw new NoSuchMethodError("io.netty.util");
        }
    }
}
