-- Lets the script through on a server that is full and evicts nothing. Redis (6.2 to 8) refuses what may take memory only
-- as the first write of a script, and this is the first, taking none: an invalidation must not be refused.
if type(redis.pcall('HDEL', KEYS[1], '!')) == 'table' then
  redis.call('DEL', KEYS[1]) -- it is no hash, and nobody can use it
end
