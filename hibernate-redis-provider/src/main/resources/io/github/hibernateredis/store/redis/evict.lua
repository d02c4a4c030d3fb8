-- Drops an item by administrative wish; counts as a write of the key. Locks stay: their transactions are still open, and
-- without them a load could store what they are about to outdate.
--
-- ARGV[3] key, ARGV[4] bucket
-- Returns the newest stamp.
local key, bucket = ARGV[3], ARGV[4]
local live = key_holders(bucket, key)
if #live > 0 then
  contest(live)
  save(lock_field(bucket, key), live)
end
write(bucket, key)
return { publish() }
