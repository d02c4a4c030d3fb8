package io.github.hibernateredis.integration;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The network between one instance and Redis: a TCP proxy on this machine that a test can interrupt. Thread safe.
 */
public final class Cable implements Closeable {

    private static final int BUFFER = 64 * 1024;

    private enum State {
        WHOLE,
        /** No byte arrives, and connections stay open: like lost packets. Data that was sent arrives late, or never. */
        SILENT,
        /** Data from the instance arrives, but no answer comes back. */
        DEAF,
        /** All connections are reset, including new ones. */
        CUT
    }

    private final ServerSocket listener;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<Socket> silenced = ConcurrentHashMap.newKeySet();
    private final boolean knowsMessages;
    private State state = State.WHOLE;
    private volatile Duration delay = Duration.ZERO;
    private volatile Duration delayOfMessages = Duration.ZERO;
    private volatile double lossOfMessages;
    private boolean holdsMessages;
    private boolean closed;

    private Cable(ServerSocket listener, int target, boolean knowsMessages) {
        this.listener = listener;
        this.target = target;
        this.knowsMessages = knowsMessages;
    }

    /** Connects a free port with the given port. */
    public static Cable to(int targetPort) throws IOException {
        return to(targetPort, false);
    }

    /** The same, and what is published may be lost or late while all else arrives. */
    public static Cable knowingMessages(int targetPort) throws IOException {
        return to(targetPort, true);
    }

    private static Cable to(int targetPort, boolean knowsMessages) throws IOException {
        Cable cable = new Cable(new ServerSocket(0, 128, InetAddress.getLoopbackAddress()), targetPort, knowsMessages);
        run(cable::accept);
        return cable;
    }

    /** The address for the instance. */
    public String url() {
        return "redis://127.0.0.1:" + listener.getLocalPort();
    }

    /** From now on no byte arrives in either direction, and connections stay open. */
    public void silence() {
        change(State.SILENT);
    }

    /**
     * From now on no byte arrives over half of the existing connections, until {@link #restore()}; new connections
     * work.
     */
    public void silenceHalf() {
        List<Socket> all = List.copyOf(sockets);
        silenced.addAll(all.subList(0, all.size() / 2));
    }

    /** From now on requests arrive and answers do not. */
    public void deafen() {
        change(State.DEAF);
    }

    /** Resets every connection, and every new one until {@link #restore()}. */
    public void cut() {
        change(State.CUT);
        reset();
    }

    /** From now on every answer is delayed by this time. */
    public void slow(Duration time) {
        delay = time;
    }

    /** From now on every message that is published arrives so much later. */
    public void delayMessages(Duration time) {
        delayOfMessages = time;
    }

    /** From now on such a share of the messages that are published is lost. */
    public void loseMessages(double share) {
        lossOfMessages = share;
    }

    /** From now on who subscribes reads nothing any more, so that Redis has to keep what is published. */
    public synchronized void holdMessages(boolean hold) {
        holdsMessages = hold;
        notifyAll();
    }

    /** Restores the connections; data that was held back arrives now. */
    public void restore() {
        change(State.WHOLE);
    }

    /** Restores the network; data that was held back is lost, and connections are reset. */
    public void restoreWithLoss() {
        cut();
        restore();
    }

    private synchronized void change(State next) {
        state = next;
        silenced.clear();
        notifyAll();
    }

    private void reset() {
        for (Socket socket : sockets) {
            reset(socket);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // It is closed already.
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            sockets.add(client);
            run(() -> connect(client));
        }
    }

    private void connect(Socket client) throws InterruptedException {
        try {
            client.setTcpNoDelay(true);
            awaitPassage(State.SILENT);
            if (isCut()) {
                reset(client);
                return;
            }
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            server.setTcpNoDelay(true);
            sockets.add(server);
            if (isCut()) {
                reset(server); // connections were cut meanwhile; the forwarders notice
            }
            run(() -> forward(client, server, false));
            if (knowsMessages) {
                forwardAnswers(server, client);
            } else {
                forward(server, client, true);
            }
        } catch (IOException e) {
            reset(client); // no server listens
        } finally {
            sockets.remove(client);
        }
    }

    private void forward(Socket from, Socket to, boolean answers) throws InterruptedException {
        byte[] buffer = new byte[BUFFER];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                awaitPassage(State.SILENT);
                awaitVoice(from, to);
                if (answers) {
                    Thread.sleep(delay.toMillis());
                    awaitPassage(State.DEAF);
                }
                out.write(buffer, 0, length);
            }
            awaitPassage(State.SILENT); // the end of a connection is not forwarded either
        } catch (IOException e) {
            // One of the two sides has closed its connection, so the other one is closed, too.
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    /** An answer, or a message, and when it is to arrive. */
    private record Due(byte[] answer, long at) {}

    /** One by one; in order, whatever is late. */
    private void forwardAnswers(Socket from, Socket to) throws InterruptedException {
        BlockingQueue<Due> queue = new LinkedBlockingQueue<>();
        run(() -> deliver(queue, from, to));
        try (from) {
            Answers answers = new Answers(from.getInputStream());
            for (byte[] answer = answers.next(); answer.length > 0; answer = answers.next()) {
                Duration late = delay;
                if (Answers.isMessage(answer)) {
                    awaitRelease();
                    if (ThreadLocalRandom.current().nextDouble() < lossOfMessages) {
                        continue;
                    }
                    late = late.plus(delayOfMessages);
                }
                queue.add(new Due(answer, System.nanoTime() + late.toNanos()));
            }
            awaitPassage(State.SILENT);
        } catch (IOException e) {
            // One of the two sides has gone, and so goes the other.
        } finally {
            queue.add(new Due(new byte[0], System.nanoTime()));
        }
    }

    private void deliver(BlockingQueue<Due> queue, Socket from, Socket to) throws InterruptedException {
        try (from;
                to) {
            OutputStream out = to.getOutputStream();
            for (Due next = queue.take(); next.answer.length > 0; next = queue.take()) {
                TimeUnit.NANOSECONDS.sleep(next.at - System.nanoTime());
                awaitPassage(State.SILENT);
                awaitVoice(from, to);
                awaitPassage(State.DEAF);
                out.write(next.answer);
            }
        } catch (IOException e) {
            // As above.
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private synchronized void awaitRelease() throws InterruptedException {
        while (holdsMessages && !closed) {
            wait();
        }
    }

    private synchronized void awaitPassage(State barrier) throws InterruptedException {
        while (state == barrier && !closed) {
            wait();
        }
    }

    private synchronized void awaitVoice(Socket from, Socket to) throws InterruptedException {
        while ((silenced.contains(from) || silenced.contains(to)) && !closed) {
            wait();
        }
    }

    private synchronized boolean isCut() {
        return state == State.CUT;
    }

    private interface Work {

        void run() throws IOException, InterruptedException;
    }

    private static void run(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        return; // closed
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "cable");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        reset();
    }
}
