package io.github.hibernateredis.store;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/** The stores of one shared cache. Thread safe. */
public interface Stores extends AutoCloseable {

    /** The store of a region. To be asked for once for each name. */
    RegionStore region(RegionSpec spec);

    /** The stamps of the tables, under the qualified name of the ORM's region for them. */
    TableStamps tables(String qualifiedName);

    /**
     * Takes the locks and marks the tables of a transaction, in as few requests as there are servers. Soft locks do not
     * exclude each other: those who hold one key at a time are <em>contested</em>, and none of them may store its value. Nor
     * may one whose session had missed a write of the key when the lock came: an update can write some columns only, and
     * what the session says of the others may be from before that write.
     *
     * @return never fails: what could not be confirmed is in the result
     */
    CompletableFuture<TransactionBegun> begin(TransactionBegin begin);

    /**
     * Ends the locks, stores what was committed and stamps the tables, in as few requests as there are servers. The value of
     * an unlock is stored if its lock was found with the stamp that it was held with, is not contested, and the region was
     * neither invalidated nor locked in between. The value of an insert is refused if the key or the region is locked, or
     * was written since the session opened.
     *
     * @return never fails: what could not be confirmed is in the result
     */
    CompletableFuture<WriteFailures> end(TransactionEnd end);

    /**
     * Begins to connect, if that has not been done. The result says that the first attempt is over, be it a success or a
     * failure; until there is a connection everything that is asked of the stores fails at once.
     */
    CompletableFuture<Void> connect();

    /**
     * How often connections have been lost or made so far, as far as that is known. Between two readings that differ another
     * server may have taken the place of the one that answered, with older data: nothing that is read is to be trusted until
     * a heartbeat that was sent after the change has been answered.
     */
    int connectionChanges();

    /** Has the listener told of each change, on a thread that must not be kept waiting. */
    void onConnectionChange(Runnable listener);

    /**
     * Has the listener told of all invalidations from now on that near caches have to know of, in any region or the table stamps
     * that {@link #nearHeartbeat} names. To be called once, before anything else.
     */
    void follow(InvalidationListener listener);

    /**
     * Subscribes to the invalidations of those owners, asks how many there have been, and has writers publish the next ones for a
     * while: as few requests as there are servers. To be sent about every half lease of a near cache. The listener is told of
     * the answers.
     *
     * @param owners the qualified names of regions, and of that of the table stamps
     * @param publishFor for how long the next invalidations are to be published
     * @return never fails
     */
    CompletableFuture<Void> nearHeartbeat(Collection<String> owners, Duration publishFor);

    /** Whether a request that failed so was answered after all, by a refusal: then the server is there. */
    boolean isRefusal(Throwable failure);

    /** To be called when nothing is asked of the stores any more. Takes no longer than one operation. */
    @Override
    void close();
}
