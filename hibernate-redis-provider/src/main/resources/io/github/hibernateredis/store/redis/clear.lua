-- Invalidates the region; live locks stay, but what they hold is older than the new version and is not stored.
--
-- Returns the newest stamp.
invalidate()
return { publish() }
