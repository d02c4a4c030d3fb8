package io.github.hibernateredis.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP proxy in front of a server on this machine that delays every byte by half of the latency, in both directions.
 * Consecutive bytes are not delayed longer: a pipeline of requests takes one latency, as on a real network.
 */
final class DelayingProxy implements Closeable {

    private static final int BUFFER = 64 * 1024;

    private final ServerSocket listener;
    private final int target;
    private final long delayNanos;
    private final Collection<Socket> sockets = new ConcurrentLinkedQueue<>();

    /** Bytes that are due at a {@link System#nanoTime()}; no bytes mean the end of the stream. */
    private record Chunk(long due, byte[] bytes) {}

    private DelayingProxy(ServerSocket listener, int target, long delayNanos) {
        this.listener = listener;
        this.target = target;
        this.delayNanos = delayNanos;
    }

    /** Listens on a free port. The latency is in milliseconds per round trip. */
    static DelayingProxy start(int targetPort, int latency) throws IOException {
        ServerSocket listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        long each = Duration.ofMillis(latency).toNanos() / 2;
        DelayingProxy proxy = new DelayingProxy(listener, targetPort, each);
        run("accept", proxy::accept);
        return proxy;
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = open(listener.accept());
            Socket server = open(new Socket(InetAddress.getLoopbackAddress(), target));
            forward(client, server);
            forward(server, client);
        }
    }

    private Socket open(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        sockets.add(socket);
        return socket;
    }

    private void forward(Socket from, Socket to) {
        BlockingQueue<Chunk> held = new LinkedBlockingQueue<>();
        run("read", () -> read(from, held));
        run("write", () -> write(held, to));
    }

    private void read(Socket from, BlockingQueue<Chunk> held) throws IOException {
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream in = from.getInputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                held.add(new Chunk(System.nanoTime() + delayNanos, Arrays.copyOf(buffer, length)));
            }
        } finally {
            held.add(new Chunk(System.nanoTime() + delayNanos, new byte[0]));
        }
    }

    private void write(BlockingQueue<Chunk> held, Socket to) throws IOException, InterruptedException {
        try (to) {
            OutputStream out = to.getOutputStream();
            for (Chunk chunk = held.take(); chunk.bytes.length > 0; chunk = held.take()) {
                for (long left = chunk.due - System.nanoTime(); left > 0; left = chunk.due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                out.write(chunk.bytes);
            }
        } finally {
            sockets.remove(to);
        }
    }

    private interface Work {

        void run() throws IOException, InterruptedException;
    }

    private static void run(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        return; // one side has closed its connection, so the other one is closed, too
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "delaying-proxy-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
