-- Reads from the master even if the client prefers replicas.
--
-- KEYS[1] hash, ARGV fields
-- Returns their values.
return redis.call('HMGET', KEYS[1], unpack(ARGV))
