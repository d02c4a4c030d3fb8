-- Ends a lease to load or to reload a key, if the key still has this lease.
--
-- KEYS[1] data of the segment, or its reloads; ARGV[1] key, ARGV[2] id of the holder
-- Returns the number of leases that were ended.
local item = redis.call('HGET', KEYS[1], ARGV[1])
if item and #item >= 15 and string.byte(item, 1) == 76 and string.sub(item, 16) == ARGV[2] then
  return { redis.call('HDEL', KEYS[1], ARGV[1]) }
end
return { 0 }
