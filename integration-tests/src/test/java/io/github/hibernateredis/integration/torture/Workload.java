package io.github.hibernateredis.integration.torture;

import io.github.hibernateredis.integration.model.Account;
import io.github.hibernateredis.integration.model.Basket;
import io.github.hibernateredis.integration.model.Counter;
import io.github.hibernateredis.integration.model.FixedCounter;
import io.github.hibernateredis.integration.model.LooseCounter;
import io.github.hibernateredis.integration.model.Numbered;
import io.github.hibernateredis.integration.model.Posting;
import io.github.hibernateredis.integration.model.RepeatableCounter;
import io.github.hibernateredis.integration.model.SplitCounter;
import jakarta.persistence.LockModeType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.hibernate.Hibernate;
import org.hibernate.ObjectNotFoundException;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.SharedSessionContract;
import org.hibernate.StatelessSession;
import org.hibernate.Transaction;
import org.hibernate.Version;
import org.hibernate.query.Query;
import org.jspecify.annotations.Nullable;

/** The random transactions of one thread. */
final class Workload {

    static final int ACCOUNTS = 12;
    static final int CODES = 18;
    static final int POSTINGS = 24;
    static final int COUNTERS = 10;
    static final int BASKETS = 4;
    static final int ITEMS = 6;
    private static final long FIRST_ABSENT = 1_000_000;
    private static final int ABSENT = 4_000;

    /** The prefix of the registers that show whether an item is in a basket. */
    static final String ITEM = "item:";

    /** The value of such a register if the item is in the basket. */
    static final String THERE = "1";

    static final Class<?>[] ENTITIES = {
        Beacon.class,
        Account.class,
        Posting.class,
        Counter.class,
        LooseCounter.class,
        RepeatableCounter.class,
        FixedCounter.class,
        SplitCounter.class,
        Basket.class
    };

    private record Kind(
            Class<? extends Numbered> type, String register, int rows, BiFunction<Long, Long, Object> maker) {

        String table() {
            return type.getSimpleName();
        }
    }

    private static final Kind COUNTER = new Kind(Counter.class, "counter", COUNTERS, Counter::new);
    private static final Kind LOOSE = new Kind(LooseCounter.class, "loose", COUNTERS, LooseCounter::new);
    private static final Kind REPEATABLE =
            new Kind(RepeatableCounter.class, "repeatable", COUNTERS, RepeatableCounter::new);
    private static final Kind FIXED = new Kind(FixedCounter.class, "fixed", COUNTERS, FixedCounter::new);

    /**
     * Before Hibernate 7 a stateless session does not use the second-level cache, and outdates it as plain JDBC does.
     * In 8.0.0.Beta1 it cannot read a cached entity: {@code StatelessFindByKeyOperation} asks without a lock mode, and
     * fails before it asks the cache.
     */
    private static final boolean STATELESS_SESSIONS_TELL_THE_CACHE =
            !Version.getVersionString().matches("6\\..*|8\\.0\\.0\\.Beta.*");

    private final SessionFactory factory;
    private final boolean repeatable;
    private final boolean locksOnly;
    private final Journal journal;
    private final Random random;
    private final String name;
    private final long numbers;
    private final Map<String, Integer> failures = new TreeMap<>();
    private int transactions;

    /**
     * @param repeatable whether transactions run at REPEATABLE_READ or higher
     * @param locksOnly whether to omit rows that are cached without locks
     * @param thread the number of this thread among the threads of all JVMs
     */
    Workload(SessionFactory factory, boolean repeatable, boolean locksOnly, Journal journal, long seed, int thread) {
        this.factory = factory;
        this.repeatable = repeatable;
        this.locksOnly = locksOnly;
        this.journal = journal;
        this.random = new Random(seed * 31 + thread);
        this.name = "w" + thread;
        this.numbers = (thread + 1) * 100_000_000L;
    }

    int transactions() {
        return transactions;
    }

    /** How often each exception occurred; many of them are expected. */
    Map<String, Integer> failures() {
        return failures;
    }

    /** The initial rows. */
    static void fill(Session session) {
        for (long id = 1; id <= ACCOUNTS; id++) {
            session.persist(new Account(id, "c" + id, id));
        }
        for (long id = 1; id <= POSTINGS; id++) {
            session.persist(new Posting(id, session.getReference(Account.class, 1 + id % ACCOUNTS), id));
        }
        for (long id = 1; id <= COUNTERS; id++) {
            session.persist(new Counter(id, id));
            session.persist(new LooseCounter(id, id));
            session.persist(new RepeatableCounter(id, id));
            session.persist(new FixedCounter(id, id));
            session.persist(new SplitCounter(id, id));
        }
        for (long id = 1; id <= BASKETS; id++) {
            session.persist(new Basket(id));
        }
        session.persist(new Beacon());
    }

    void oneTransaction() {
        int dice = random.nextInt(100);
        if (dice < 38) {
            inSession("read", false, this::readSeveral);
        } else if (dice < 43) {
            inSession("fill basket", true, this::fillBasket);
        } else if (dice < 46) {
            inSession("two sessions", true, this::changeInTwoSessions);
        } else if (dice < 53) {
            inSession("update account", true, session -> change(session, Account.class, ACCOUNTS));
        } else if (dice < 58) {
            inSession("update counter", true, session -> change(session, Counter.class, COUNTERS));
        } else if (dice < 60) {
            inSession("update loose", true, session -> change(session, loose().type, COUNTERS));
        } else if (dice < 62) {
            inSession("update repeatable", true, session -> change(session, RepeatableCounter.class, COUNTERS));
        } else if (dice < 65) {
            inSession("update split", true, this::changeSplit);
        } else if (dice < 70) {
            inSession("move", true, this::move);
        } else if (dice < 74) {
            inSession("create or delete posting", true, this::createOrDeletePosting);
        } else if (dice < 78) {
            inSession("create or delete", true, this::createOrDelete);
        } else if (dice < 81) {
            inSession("change code", true, this::changeCode);
        } else if (dice < 84) {
            inSession("bulk", true, this::bulk);
        } else if (dice < 88) {
            inSession("update twice", true, this::changeTwice);
        } else if (dice < 92) {
            inSession("own state", true, this::readOwnState);
        } else if (dice < 95) {
            evict();
        } else if (dice < 97) {
            inSession("lock", true, this::lock);
        } else {
            stateless();
        }
        transactions++;
    }

    // Transactions ----------------------------------------------------------------------------------------------------

    private <S extends SharedSessionContract> void run(
            String what, boolean writes, Function<SessionFactory, S> opener, Consumer<S> body) {
        try (S session = opener.apply(factory)) {
            reader = name + "-" + transactions + " " + what;
            begun = System.nanoTime();
            Transaction transaction = session.beginTransaction();
            String id = name + "-" + transactions;
            if (writes || repeatable) {
                session.doWork(connection -> Database.name(connection, id));
            }
            snapshot = System.nanoTime();
            try {
                body.accept(session);
                journal.flush(); // records the intended changes, whatever happens next
                if (writes && random.nextInt(8) == 0) {
                    if (random.nextBoolean() && session instanceof Session stateful) {
                        stateful.flush();
                    }
                    transaction.rollback();
                } else {
                    long called = System.nanoTime();
                    transaction.commit();
                    journal.committed(id, called, System.nanoTime());
                }
            } catch (RuntimeException e) {
                failures.merge(what + ": " + nameOf(e), 1, Integer::sum);
                if (!writes || UNEXPECTED.stream().anyMatch(type -> type.isInstance(e)) && !isRefusalOfTheCache(e)) {
                    journal.failed(reader, e);
                    e.printStackTrace();
                }
                if (transaction.isActive() || transaction.getStatus().canRollback()) {
                    transaction.rollback();
                }
            }
        } finally {
            journal.flush();
        }
    }

    private static final List<Class<?>> UNEXPECTED = List.of(
            NullPointerException.class,
            ClassCastException.class,
            AssertionError.class,
            IllegalArgumentException.class,
            UnsupportedOperationException.class,
            org.hibernate.cache.CacheException.class);

    private static String nameOf(RuntimeException failure) {
        return isRefusalOfTheCache(failure) ? REFUSAL : failure.getClass().getSimpleName();
    }

    private static final String REFUSAL = "outage_policy is consistent";

    /** With that policy, a write fails if Redis does not confirm it. */
    private static boolean isRefusalOfTheCache(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains(REFUSAL)) {
                return true;
            }
        }
        return false;
    }

    private void inSession(String what, boolean writes, Consumer<Session> body) {
        run(what, writes, SessionFactory::openSession, body);
    }

    private String reader = "";
    private long begun;
    private long snapshot;

    private long windowBegin() {
        return repeatable ? begun : System.nanoTime();
    }

    private long windowEnd() {
        return repeatable ? snapshot : System.nanoTime();
    }

    private void saw(String register, @Nullable Object value, long from, long until) {
        String text = value == null ? History.NONE : value.toString();
        journal.read(new History.Read(register, text, true, false, from, until, reader));
    }

    private void compared(String register, Object value, boolean seen, boolean kept, long from, long until) {
        journal.read(new History.Read(register, value.toString(), seen, kept, from, until, reader));
    }

    private long fresh() {
        return numbers + ++used;
    }

    private long used;

    private long any(int rows) {
        return 1 + random.nextInt(rows);
    }

    private String anyCode() {
        return "c" + any(CODES);
    }

    // Reads -----------------------------------------------------------------------------------------------------------

    private void readSeveral(Session session) {
        for (int i = random.nextInt(4); i >= 0; i--) {
            session.clear();
            switch (random.nextInt(12)) {
                case 11 -> readAbsent(session);
                case 10 -> readBasket(session);
                case 0, 1 -> readCollection(session);
                case 2 -> readByCode(session);
                case 3 -> readMembersByQuery(session);
                case 4 -> readCountersByQuery(session);
                case 5 -> readSplit(session);
                case 6 -> read(session, COUNTER);
                case 7 -> read(session, random.nextBoolean() ? loose() : FIXED);
                case 8 -> read(session, REPEATABLE);
                default -> readPosting(session);
            }
        }
    }

    private Kind loose() {
        return locksOnly ? COUNTER : LOOSE;
    }

    private void read(Session session, Kind kind) {
        long id = any(kind.rows);
        long from = windowBegin();
        Numbered found = session.find(kind.type, id);
        // Without locks, a row may be newer than the snapshot.
        long until = kind == LOOSE ? System.nanoTime() : windowEnd();
        saw(kind.register + ":" + id, found == null ? null : found.number(), from, until);
    }

    /** Rows that there never are: they may be remembered as absent, and fill a region that is bounded. */
    private void readAbsent(Session session) {
        Kind kind = List.of(COUNTER, loose(), REPEATABLE, FIXED).get(random.nextInt(4));
        long first = FIRST_ABSENT + random.nextInt(ABSENT);
        for (long id = first; id < first + 20; id++) {
            long from = windowBegin();
            Numbered found = session.find(kind.type, id);
            saw(kind.register + ":" + id, found == null ? null : found.number(), from, windowEnd());
        }
    }

    private void readSplit(Session session) {
        long id = any(COUNTERS);
        long from = windowBegin();
        SplitCounter found = session.find(SplitCounter.class, id);
        long until = windowEnd();
        saw("left:" + id, found.left, from, until);
        saw("right:" + id, found.right, from, until);
    }

    private void readPosting(Session session) {
        long id = any(POSTINGS);
        long from = windowBegin();
        Posting found = session.find(Posting.class, id);
        long until = windowEnd();
        saw("posting:" + id, found == null ? null : found.number, from, until);
        saw("owner:" + id, found == null ? null : owner(found), from, until);
    }

    private static Object owner(Posting posting) {
        return posting.account instanceof org.hibernate.proxy.HibernateProxy proxy
                ? proxy.getHibernateLazyInitializer().getIdentifier()
                : posting.account.id;
    }

    private void readCollection(Session session) {
        long id = any(ACCOUNTS);
        long from = windowBegin();
        Account account = session.find(Account.class, id);
        List<Posting> postings;
        try {
            postings = List.copyOf(account.postings());
        } catch (ObjectNotFoundException e) {
            sawVanish("posting:" + e.getIdentifier(), from, windowEnd());
            return;
        }
        long until = windowEnd();
        saw("account:" + id, account.number, from, until);
        sawMembers(id, postings.stream().map(posting -> posting.id).collect(Collectors.toSet()), true, from, until);
        for (Posting posting : postings) {
            saw("posting:" + posting.id, posting.number, from, until);
        }
    }

    /**
     * The collection contained the id of a row that did not exist when the ORM read it. That is correct if the row was
     * deleted in between: at READ_COMMITTED these are two reads, with any cache.
     */
    private void sawVanish(String register, long from, long until) {
        compared(register, History.NONE, false, false, from, until);
        compared(register, History.NONE, true, false, from, until);
        failures.merge("read: a row vanished in between", 1, Integer::sum);
    }

    private void sawMembers(long account, Collection<Long> members, boolean kept, long from, long until) {
        for (long id = 1; id <= POSTINGS; id++) {
            compared("owner:" + id, account, members.contains(id), kept, from, until);
        }
    }

    static String item(long basket, int item) {
        return ITEM + basket + "-" + item;
    }

    private void readBasket(Session session) {
        long from = windowBegin();
        Basket basket = session.find(Basket.class, any(BASKETS));
        Hibernate.initialize(basket.items);
        sawItems(basket, from, windowEnd());
    }

    private void sawItems(Basket basket, long from, long until) {
        for (int item = 1; item <= ITEMS; item++) {
            compared(item(basket.id, item), THERE, basket.items.contains(item), false, from, until);
        }
    }

    private void readByCode(Session session) {
        String code = anyCode();
        long from = windowBegin();
        Account account = session.bySimpleNaturalId(Account.class).load(code);
        long until = windowEnd();
        if (account != null) {
            compared("code:" + account.id, code, true, true, from, until);
            saw("account:" + account.id, account.number, from, until);
        } else {
            for (long id = 1; id <= ACCOUNTS; id++) {
                compared("code:" + id, code, false, true, from, until);
            }
        }
    }

    private static Query<Long> members(Session session, long account) {
        return session.createQuery("select p.id from Posting p where p.account.id = :account", Long.class)
                .setParameter("account", account)
                .setCacheable(true);
    }

    private void readMembersByQuery(Session session) {
        long account = any(3);
        long from = windowBegin();
        List<Long> found = members(session, account).list();
        sawMembers(account, Set.copyOf(found), false, from, windowEnd());
    }

    private void readCountersByQuery(Session session) {
        long from = windowBegin();
        List<Counter> found = session.createQuery("from Counter c where c.id <= 4", Counter.class)
                .setCacheable(true)
                .list();
        long until = windowEnd();
        Map<Long, Long> byId = new HashMap<>();
        found.forEach(counter -> byId.put(counter.id, counter.number));
        LongStream.rangeClosed(1, 4).forEach(id -> saw("counter:" + id, byId.get(id), from, until));
    }

    // Writes ----------------------------------------------------------------------------------------------------------

    private void change(Session session, Class<? extends Numbered> type, int rows) {
        for (int i = random.nextInt(3); i >= 0; i--) {
            Numbered row = session.find(type, any(rows));
            if (row != null) {
                row.number(fresh());
            }
        }
    }

    private void changeSplit(Session session) {
        SplitCounter row = session.find(SplitCounter.class, any(COUNTERS));
        if (random.nextBoolean()) {
            row.left = fresh();
        } else {
            row.right = fresh();
        }
    }

    private void changeTwice(Session session) {
        Account account = session.find(Account.class, any(ACCOUNTS));
        account.number = fresh();
        session.flush();
        if (random.nextBoolean()) {
            session.refresh(account);
        }
        if (random.nextBoolean()) {
            account.number = fresh();
            session.flush();
        }
        Counter counter = session.find(Counter.class, any(COUNTERS));
        if (counter != null) {
            counter.number = fresh();
            session.flush();
            if (random.nextBoolean()) {
                session.refresh(counter);
            }
            counter.number = fresh();
        }
    }

    private void move(Session session) {
        Posting posting = session.find(Posting.class, any(POSTINGS));
        if (posting != null) {
            Account to = session.find(Account.class, any(ACCOUNTS));
            posting.account.postings().remove(posting);
            posting.account = to;
            to.postings().add(posting);
        }
    }

    private void createOrDeletePosting(Session session) {
        long id = any(POSTINGS);
        Posting posting = session.find(Posting.class, id);
        if (posting == null) {
            Account account = session.find(Account.class, any(ACCOUNTS));
            posting = new Posting(id, account, fresh());
            session.persist(posting);
            account.postings().add(posting);
        } else {
            posting.account.postings().remove(posting);
            session.remove(posting);
        }
    }

    private void createOrDelete(Session session) {
        Kind kind = List.of(COUNTER, loose(), REPEATABLE, FIXED, FIXED).get(random.nextInt(5));
        long id = any(kind.rows);
        Object row = session.find(kind.type, id);
        if (row == null) {
            session.persist(kind.maker.apply(id, fresh()));
        } else {
            session.remove(row);
        }
    }

    private void changeCode(Session session) {
        Account account = random.nextBoolean()
                ? session.find(Account.class, any(ACCOUNTS))
                : session.bySimpleNaturalId(Account.class).load(anyCode());
        if (account != null) {
            account.code = anyCode();
            if (random.nextInt(4) == 0) {
                session.flush();
                account.code = anyCode();
            }
        }
    }

    private void bulk(Session session) {
        Kind kind = List.of(COUNTER, loose(), REPEATABLE).get(random.nextInt(3));
        long low = any(kind.rows);
        switch (random.nextInt(5)) {
            case 0 ->
                session.createNativeQuery("update Counter set number = :number where id between :low and :high")
                        .addSynchronizedEntityClass(Counter.class)
                        .setParameter("number", fresh())
                        .setParameter("low", low)
                        .setParameter("high", low + 2)
                        .executeUpdate();
            case 1 ->
                session.createMutationQuery("update SplitCounter set left = :number where id between :low and :high")
                        .setParameter("number", fresh())
                        .setParameter("low", low)
                        .setParameter("high", low + 2)
                        .executeUpdate();
            case 2 ->
                session.createMutationQuery("update Account set number = :number where id between :low and :high")
                        .setParameter("number", fresh())
                        .setParameter("low", low)
                        .setParameter("high", low + 2)
                        .executeUpdate();
            default ->
                session.createMutationQuery(
                                "update " + kind.table() + " set number = :number where id between :low and :high")
                        .setParameter("number", fresh())
                        .setParameter("low", low)
                        .setParameter("high", low + 2)
                        .executeUpdate();
        }
        if (random.nextBoolean()) {
            session.find(kind.type, low);
        }
    }

    private void readOwnState(Session session) {
        long id = any(ACCOUNTS);
        change(session, Counter.class, COUNTERS);
        session.find(Account.class, id).number = fresh();
        switch (random.nextInt(3)) {
            case 0 -> createOrDeletePosting(session);
            case 1 -> move(session);
            default -> changeCode(session);
        }
        session.flush();
        session.clear();
        Hibernate.initialize(session.find(Account.class, id).postings());
        members(session, any(3)).list();
        session.createQuery("from Counter c where c.id <= 4", Counter.class)
                .setCacheable(true)
                .list();
        session.createQuery("from Account", Account.class)
                .list()
                .forEach(account -> Hibernate.initialize(account.postings()));
        session.bySimpleNaturalId(Account.class).load(anyCode());
    }

    private void lock(Session session) {
        long id = any(ACCOUNTS);
        lockRow(session, Account.class, id);
        if (random.nextBoolean()) {
            session.find(Account.class, id).number = fresh();
        }
    }

    /** Locks a row, in one of the ways in which an application locks it before it reads dependent rows. */
    private void lockRow(Session session, Class<?> type, long id) {
        switch (random.nextInt(6)) {
            case 0 -> session.lock(session.find(type, id), LockModeType.PESSIMISTIC_WRITE);
            case 1 -> session.find(type, id, LockModeType.PESSIMISTIC_WRITE);
            case 2 -> lockByQuery(session, type, id);
            case 3 -> {
                session.find(type, id);
                lockByNativeQuery(session, type, id);
            }
            default -> {
                session.find(type, id);
                try (Session other = session.sessionWithOptions().connection().openSession()) {
                    if (random.nextBoolean()) {
                        lockByQuery(other, type, id);
                    } else {
                        lockByNativeQuery(other, type, id);
                    }
                }
            }
        }
    }

    private static void lockByQuery(Session session, Class<?> type, long id) {
        session.createSelectionQuery("from " + type.getSimpleName() + " where id = :id", type)
                .setParameter("id", id)
                .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                .getSingleResult();
    }

    private static void lockByNativeQuery(Session session, Class<?> type, long id) {
        session.createNativeQuery("select id from " + type.getSimpleName() + " where id = :id for update", Long.class)
                .setParameter("id", id)
                .getSingleResult();
    }

    /** After locking the basket, the transaction sees all its items and writes all of them back. */
    private void fillBasket(Session session) {
        long id = any(BASKETS);
        lockRow(session, Basket.class, id);
        long from = windowBegin();
        Basket basket = session.find(Basket.class, id);
        Hibernate.initialize(basket.items);
        sawItems(basket, from, windowEnd());
        Integer item = 1 + random.nextInt(ITEMS);
        journal.intended(item(id, item), name + "-" + transactions, from);
        if (!basket.items.remove(item)) {
            basket.items.add(item);
        }
    }

    /** Both sessions write in one transaction, and each reads the uncommitted writes of the other one. */
    private void changeInTwoSessions(Session session) {
        change(session, Counter.class, COUNTERS);
        session.flush();
        try (Session other = session.sessionWithOptions().connection().openSession()) {
            change(other, random.nextBoolean() ? Counter.class : Account.class, COUNTERS);
            other.find(Account.class, any(ACCOUNTS)).number = fresh();
            other.flush();
            other.clear();
            other.createQuery("from Counter c where c.id <= 4", Counter.class)
                    .setCacheable(true)
                    .list();
            other.find(Counter.class, any(COUNTERS));
        }
        session.clear();
        long id = any(ACCOUNTS);
        Hibernate.initialize(session.find(Account.class, id).postings());
        session.find(Counter.class, any(COUNTERS));
    }

    private void stateless() {
        if (!STATELESS_SESSIONS_TELL_THE_CACHE) {
            return;
        }
        run("stateless", true, SessionFactory::openStatelessSession, session -> {
            switch (random.nextInt(4)) {
                case 0 -> readStateless(session);
                case 1 ->
                    session.createMutationQuery("update RepeatableCounter set number = :number where id = :id")
                            .setParameter("number", fresh())
                            .setParameter("id", any(COUNTERS))
                            .executeUpdate();
                case 2 -> {
                    long id = any(COUNTERS);
                    RepeatableCounter row = session.get(RepeatableCounter.class, id);
                    if (row == null) {
                        session.insert(new RepeatableCounter(id, fresh()));
                        session.get(RepeatableCounter.class, id);
                    } else {
                        session.delete(row);
                    }
                }
                default -> {
                    RepeatableCounter row = session.get(RepeatableCounter.class, any(COUNTERS));
                    if (row != null) {
                        row.number = fresh();
                        session.update(row);
                        session.get(RepeatableCounter.class, row.id);
                    }
                }
            }
        });
    }

    private void readStateless(StatelessSession session) {
        long id = any(COUNTERS);
        long from = windowBegin();
        RepeatableCounter found = session.get(RepeatableCounter.class, id);
        saw("repeatable:" + id, found == null ? null : found.number, from, windowEnd());
    }

    private void evict() {
        switch (random.nextInt(8)) {
            case 0 -> factory.getCache().evictEntityData(Counter.class);
            case 1 -> factory.getCache().evictCollectionData(Account.class.getName() + ".postings", any(ACCOUNTS));
            case 2 -> factory.getCache().evictDefaultQueryRegion();
            case 3 -> factory.getCache().evictNaturalIdData(Account.class);
            case 4 -> {
                if (random.nextInt(5) == 0) {
                    factory.getCache().evictAllRegions();
                }
            }
            default -> factory.getCache().evictEntityData(Account.class, any(ACCOUNTS));
        }
    }

    // At rest ---------------------------------------------------------------------------------------------------------

    /** All registers as an instance sees them through the cache. */
    private static Map<String, String> valuesAtRest(SessionFactory factory) {
        Map<String, String> values = new TreeMap<>();
        for (Kind kind : List.of(COUNTER, LOOSE, REPEATABLE, FIXED)) {
            for (long id = 1; id <= kind.rows; id++) {
                long row = id;
                Numbered found = factory.fromTransaction(session -> session.find(kind.type, row));
                if (found != null) {
                    values.put(kind.register + ":" + id, Long.toString(found.number()));
                }
            }
        }
        for (long id = 1; id <= POSTINGS; id++) {
            long row = id;
            Posting found = factory.fromTransaction(session -> session.find(Posting.class, row));
            if (found != null) {
                values.put("posting:" + id, Long.toString(found.number));
                values.put("owner:" + id, owner(found).toString());
            }
        }
        for (long id = 1; id <= COUNTERS; id++) {
            long row = id;
            SplitCounter found = factory.fromTransaction(session -> session.find(SplitCounter.class, row));
            values.put("left:" + id, Long.toString(found.left));
            values.put("right:" + id, Long.toString(found.right));
        }
        for (long id = 1; id <= BASKETS; id++) {
            long row = id;
            factory.inTransaction(session ->
                    session.find(Basket.class, row).items.forEach(item -> values.put(item(row, item), THERE)));
        }
        for (long id = 1; id <= ACCOUNTS; id++) {
            long row = id;
            factory.inTransaction(session -> {
                Account account = session.find(Account.class, row);
                values.put("account:" + row, Long.toString(account.number));
                values.put("code:" + row, account.code);
            });
        }
        return values;
    }

    /**
     * The differences between the instance and the database, one per line. It reads twice, because the values that the
     * first read stores must be correct as well.
     */
    static List<String> differencesAtRest(SessionFactory node, Map<String, String> database) {
        List<String> differences = new ArrayList<>();
        for (int pass = 1; pass <= 2; pass++) {
            compare("entities", () -> valuesAtRest(node), database, "", differences);
            compare("collections", () -> ownersByCollection(node), database, "owner:", differences);
            compare("queries", () -> ownersByQuery(node), database, "owner:", differences);
            compare("natural ids", () -> codesByLookup(node), database, "code:", differences);
        }
        return differences;
    }

    private static void compare(
            String what,
            Supplier<Map<String, String>> look,
            Map<String, String> database,
            String prefix,
            List<String> differences) {
        Map<String, String> cached;
        try {
            cached = look.get();
        } catch (RuntimeException e) { // for instance if a cached collection contains a row that does not exist
            differences.add(what + ": " + e);
            return;
        }
        Map<String, String> expected = new TreeMap<>();
        database.forEach((register, value) -> {
            if (register.startsWith(prefix)) {
                expected.put(register, value);
            }
        });
        expected.forEach((register, value) -> {
            if (!value.equals(cached.get(register))) {
                differences.add(what + ": " + register + " is " + value + ", the cache says " + cached.get(register));
            }
        });
        cached.forEach((register, value) -> {
            if (!expected.containsKey(register)) {
                differences.add(what + ": there is no " + register + ", the cache says " + value);
            }
        });
    }

    /** The owners of all postings, from the cached collections. */
    private static Map<String, String> ownersByCollection(SessionFactory factory) {
        return owners(id -> factory.fromTransaction(session -> session.find(Account.class, id).postings().stream()
                .map(posting -> posting.id)
                .toList()));
    }

    /** The owners of all postings, from cached queries. */
    private static Map<String, String> ownersByQuery(SessionFactory factory) {
        return owners(
                id -> factory.fromTransaction(session -> members(session, id).list()));
    }

    private static Map<String, String> owners(Function<Long, List<Long>> members) {
        Map<String, String> owners = new TreeMap<>();
        for (long id = 1; id <= ACCOUNTS; id++) {
            for (Long posting : members.apply(id)) {
                owners.merge("owner:" + posting, Long.toString(id), (one, other) -> one + " and " + other);
            }
        }
        return owners;
    }

    /** The codes of all accounts, from lookups by natural id. */
    private static Map<String, String> codesByLookup(SessionFactory factory) {
        Map<String, String> codes = new TreeMap<>();
        for (long i = 1; i <= CODES; i++) {
            String code = "c" + i;
            Account account = factory.fromTransaction(
                    session -> session.bySimpleNaturalId(Account.class).load(code));
            if (account != null) {
                codes.merge("code:" + account.id, code, (one, other) -> one + " and " + other);
            }
        }
        return codes;
    }
}
