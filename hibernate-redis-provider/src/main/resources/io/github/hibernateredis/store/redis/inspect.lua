-- Reads the state of a segment, and of one of its keys, at one moment. Changes nothing.
--
-- KEYS[1] guards, KEYS[2] data; ARGV[1], ARGV[2] floor and lock field of the key, ARGV[3] the key; all three may be
-- empty
-- Returns the server's time in microseconds; newest stamp, region version, region lock, floor, locks; the entry; number
-- of fields, remaining milliseconds and memory of the data hash, memory of the guards. Values that do not exist, or
-- that the user may not read, are nil.
local guards, data = KEYS[1], KEYS[2]

local function ask(...)
  local reply = redis.pcall(...)
  return type(reply) ~= 'table' and reply
end

local clock = redis.call('TIME')
return {
  string.format('%.0f', tonumber(clock[1]) * 1000000 + tonumber(clock[2])),
  ask('HGET', guards, 's'),
  ask('HGET', guards, 'v'),
  ask('HGET', guards, 'r'),
  ask('HGET', guards, ARGV[1]),
  ask('HGET', guards, ARGV[2]),
  ask('HGET', data, ARGV[3]),
  ask('HLEN', data),
  ask('PTTL', data),
  ask('MEMORY', 'USAGE', data),
  ask('MEMORY', 'USAGE', guards),
}
