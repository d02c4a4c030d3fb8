package io.github.hibernateredis.spring.boot;

import io.github.hibernateredis.CacheStatus;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The health of the caches, read from memory. During an outage of the cache the application works with its database
 * alone, so the status is never DOWN unless the application configures that.
 *
 * @param status the code of the status
 * @param details the details of the only cache, or of each cache by the name of its entity manager factory
 */
record CacheHealth(String status, Map<String, Object> details) {

    static CacheHealth of(RedisCaches caches, String outageStatus) {
        Map<String, CacheStatus> statuses = caches.statuses();
        boolean available = statuses.values().stream().allMatch(CacheStatus::available);
        Map<String, Object> details = new LinkedHashMap<>();
        statuses.forEach((name, status) -> details.put(name, details(status)));
        return new CacheHealth(
                available ? "UP" : outageStatus,
                statuses.size() == 1 ? details(statuses.values().iterator().next()) : details);
    }

    private static Map<String, Object> details(CacheStatus status) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("availability", status.availability().name());
        details.put("since", status.since().toString());
        if (status.reason() != null) {
            details.put("reason", status.reason());
        }
        details.put("bypassedRegions", status.bypassedRegions());
        details.put(
                "pendingInvalidations",
                status.pendingInvalidations().stream()
                        .map(CacheStatus.PendingInvalidation::owner)
                        .toList());
        return details;
    }
}
