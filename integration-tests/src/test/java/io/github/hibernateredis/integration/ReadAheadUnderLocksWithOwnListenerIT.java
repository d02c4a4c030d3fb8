package io.github.hibernateredis.integration;

import org.hibernate.SessionEventListener;
import org.hibernate.cfg.AvailableSettings;

/** The same in an application with its own session listener. */
final class ReadAheadUnderLocksWithOwnListenerIT extends ReadAheadUnderLocksIT {

    /** The listener of the application. */
    public static final class Listener implements SessionEventListener {

        private static final long serialVersionUID = 1L;

        /** Called by the ORM. */
        public Listener() {}
    }

    @Override
    Application.Builder settings() {
        return super.settings().set(AvailableSettings.AUTO_SESSION_EVENTS_LISTENER, Listener.class.getName());
    }
}
