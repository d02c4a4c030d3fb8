-- Outdates all results. Updates in progress stay marked.
--
-- KEYS[1] tables; ARGV[1] name of an epoch
-- Returns the newest stamp.
return { with_tables(invalidate, true) }
