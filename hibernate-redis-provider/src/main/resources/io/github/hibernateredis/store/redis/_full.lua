-- Whether the server is full and evicts nothing: then it refuses any write that may take memory, if it is the first. A script
-- that stores values asks before its first write. On a full server it stores none, and the removal lets the rest of it through.
local probe = redis.pcall('HSET', KEYS[1], '!', '')
local full = type(probe) == 'table' and string.find(probe.err, 'OOM', 1, true) ~= nil
if full then
  redis.pcall('HDEL', KEYS[1], '!')
end
