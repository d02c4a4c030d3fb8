-- Lets the script through on a server that is full and evicts nothing. Redis (6.2 to 8) refuses what may take memory only
-- as the first write of a script, and this is the first, taking none: an invalidation must not be refused.
redis.pcall('HDEL', KEYS[1], '!')
