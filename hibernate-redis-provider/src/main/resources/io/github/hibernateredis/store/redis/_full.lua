-- Whether the server is full and evicts nothing. Such a server refuses a write that may take memory if it is the first
-- one of a script. A script that stores values asks before its first write. On a full server it stores none, and the
-- removal of the probe, which takes no memory, lets its other writes through.
local probe = redis.pcall('HSET', KEYS[1], '!', '')
local full = type(probe) == 'table' and string.find(probe.err, 'OOM', 1, true) ~= nil
if full then
  redis.pcall('HDEL', KEYS[1], '!')
end
