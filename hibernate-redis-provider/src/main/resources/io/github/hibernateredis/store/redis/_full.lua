-- Whether the server is full and evicts nothing. Such a server refuses a write that may take memory if it is the first
-- one of a script. A script that must not fail calls this before its first write, and stores no value if the result is
-- true.
local probe = redis.pcall('HSET', KEYS[1], '!', '')
local full = type(probe) == 'table' and string.find(probe.err, 'OOM', 1, true) ~= nil
