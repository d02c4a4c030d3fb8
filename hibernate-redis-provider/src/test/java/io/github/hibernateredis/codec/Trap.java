package io.github.hibernateredis.codec;

import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.Comparator;

/** A gadget class: the test notices when it is loaded or an instance is created. No mapping names it. */
final class Trap implements Serializable, Comparable<Trap>, Comparator<Object> {

    private static final long serialVersionUID = 1L;
    /** The system property that shows this. A constant, because reading it does not initialize the class. */
    static final String SPRUNG = "io.github.hibernateredis.codec.trap";

    static {
        spring();
    }

    private final String command = "touch";

    Trap() {
        spring();
    }

    private static void spring() {
        System.setProperty(SPRUNG, "true");
    }

    private void readObject(ObjectInputStream in) {
        spring();
    }

    private Object readResolve() {
        spring();
        return this;
    }

    @Override
    public int compareTo(Trap other) {
        spring();
        return 0;
    }

    @Override
    public int compare(Object a, Object b) {
        spring();
        return 0;
    }

    @Override
    public int hashCode() {
        spring();
        return command.hashCode();
    }

    @Override
    public boolean equals(Object other) {
        spring();
        return false;
    }
}
