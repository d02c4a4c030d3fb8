-- Whether the server is full and evicts nothing: then it refuses any write that may take memory, if it is the first. A script
-- that does not yield to that asks before its first write, and stores no value.
local probe = redis.pcall('HSET', KEYS[1], '!', '')
local full = type(probe) == 'table' and string.find(probe.err, 'OOM', 1, true) ~= nil
