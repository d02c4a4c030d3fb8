-- Grants the lease to reload an item that is still served. It is kept beside the items, in the form of a lease to load one. It says
-- only who loads, never what may be stored.
--
-- KEYS[1] reloads of the segment: one field for each lease; lives as long as the last one. ARGV[1] key, ARGV[2] id of the asker,
-- ARGV[3] lease in ms, the same for all
-- Returns 1 if it is the asker's turn, else 0.
local now = math.floor(time / 1000)
local lease = redis.call('HGET', KEYS[1], ARGV[1])
if lease and #lease >= 15 and struct.unpack('>I6', lease, 10) > now then
  return { 0 }
end
redis.call('HSET', KEYS[1], ARGV[1], struct.pack('>BI8I6', 76, 0, now + tonumber(ARGV[3])) .. ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return { 1 }
