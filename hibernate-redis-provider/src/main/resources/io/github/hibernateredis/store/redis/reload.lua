-- Grants a lease to reload an entry that is still served. The lease is stored beside the entries, in the form of a
-- lease to load. It decides which session loads the key, and never what may be stored.
--
-- KEYS[1] reloads of the segment: one field for each lease; it expires with the last one. ARGV[1] key, ARGV[2] id of
-- the caller, ARGV[3] lease in ms, the same for all callers
-- Returns 1 if the caller may reload, else 0.
local now = math.floor(time / 1000)
local lease = redis.call('HGET', KEYS[1], ARGV[1])
if lease and #lease >= 15 and struct.unpack('>I6', lease, 10) > now then
  return { 0 }
end
redis.call('HSET', KEYS[1], ARGV[1], struct.pack('>BI8I6', 76, 0, now + tonumber(ARGV[3])) .. ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
-- Leases of sessions that have stored nothing or have crashed remain. Each grant looks at a few, so they cannot pile
-- up.
local some = redis.pcall('HRANDFIELD', KEYS[1], 8, 'WITHVALUES')
for i = 1, #some - 1, 2 do
  if #some[i + 1] < 15 or struct.unpack('>I6', some[i + 1], 10) <= now then
    redis.call('HDEL', KEYS[1], some[i])
  end
end
return { 1 }
