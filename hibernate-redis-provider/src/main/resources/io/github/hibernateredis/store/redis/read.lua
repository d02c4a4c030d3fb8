-- A read that must reach the master although the client prefers replicas.
--
-- KEYS[1] hash, ARGV fields
-- Returns their values.
return redis.call('HMGET', KEYS[1], unpack(ARGV))
