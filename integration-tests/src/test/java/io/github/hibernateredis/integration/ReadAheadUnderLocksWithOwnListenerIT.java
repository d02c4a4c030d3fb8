package io.github.hibernateredis.integration;

import org.hibernate.SessionEventListener;
import org.hibernate.cfg.AvailableSettings;

/** The same in an application that listens to its sessions itself. */
final class ReadAheadUnderLocksWithOwnListenerIT extends ReadAheadUnderLocksIT {

    /** The application's own. */
    public static final class Listener implements SessionEventListener {

        private static final long serialVersionUID = 1L;

        /** For the ORM. */
        public Listener() {}
    }

    @Override
    Application.Builder settings() {
        return super.settings().set(AvailableSettings.AUTO_SESSION_EVENTS_LISTENER, Listener.class.getName());
    }
}
