-- Whether the server is full and evicts nothing: then it refuses a write that changes nothing, too. A script that does not
-- yield to that asks before its first write, and stores no value.
local full = type(redis.pcall('HSET', guards, 'v', text(version))) == 'table'
