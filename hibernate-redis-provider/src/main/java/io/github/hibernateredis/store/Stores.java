package io.github.hibernateredis.store;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/** The stores of one shared cache. Thread safe. */
public interface Stores extends AutoCloseable {

    /** Creates the store of a region. Called once for each name. */
    RegionStore region(RegionSpec spec);

    /** The stamps of the tables, under the qualified name of the ORM's region for them. */
    TableStamps tables(String qualifiedName);

    /**
     * Takes the locks of a transaction and marks its tables, with as few requests as there are servers. Soft locks do
     * not exclude each other: locks of the same key at the same time are <em>conflicted</em>, and none of them may
     * store its value. The same is true for a lock whose session had missed an earlier write of the key: an update can
     * write only some columns, and the session's values of the others may be outdated.
     *
     * @return never fails: the result contains what was not confirmed
     */
    CompletableFuture<TransactionBegun> begin(TransactionBegin begin);

    /**
     * Ends the locks, stores committed values and stamps the tables, with as few requests as there are servers. The
     * value of an unlock is stored if its lock still has its original stamp and is not conflicted. The region must not
     * have been invalidated or locked in between. The value of an insert is refused if the key or the region is locked,
     * or was written after the session opened.
     *
     * @return never fails: the result contains what was not confirmed
     */
    CompletableFuture<WriteFailures> end(TransactionEnd end);

    /**
     * Starts to connect, unless that was done before. The result completes when the first attempt has succeeded or
     * failed. Until there is a connection, every request to the stores fails at once.
     */
    CompletableFuture<Void> connect();

    /**
     * The number of times that connections were lost or made so far, as far as known. If two readings differ, another
     * server with older data may have replaced the first one in between. No reply may be trusted until a heartbeat that
     * was sent after the change has been answered.
     */
    int connectionChanges();

    /** Sets a listener for each change, called on a thread that must not block. */
    void onConnectionChange(Runnable listener);

    /**
     * Sets the listener for the invalidations that near caches need, of the regions and the table stamps that
     * {@link #nearHeartbeat} names. Called once, before anything else.
     */
    void follow(InvalidationListener listener);

    /**
     * Subscribes to the invalidations of these owners, reads their current number, and makes writers publish the next
     * ones for a limited time. Takes as few requests as there are servers. Sent about every half lease of a near cache.
     * The listener receives the answers.
     *
     * @param owners the qualified names of regions, and of the region of the table stamps
     * @param publishFor for how long later invalidations are published
     * @return never fails
     */
    CompletableFuture<Void> nearHeartbeat(Collection<String> owners, Duration publishFor);

    /** Whether this failure of a request is an error reply of the server, which means that the server is reachable. */
    boolean isRefusal(Throwable failure);

    /** Called after all requests to the stores. Takes no longer than one operation. */
    @Override
    void close();
}
