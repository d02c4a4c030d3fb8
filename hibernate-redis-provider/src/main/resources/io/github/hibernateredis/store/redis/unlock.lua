-- Ends a soft lock. Counts as a write of the key, the lock lost or expired included: the row may have been committed.
--
-- ARGV[3] key, ARGV[4] bucket, ARGV[5] lock id, ARGV[6] TTL in ms, ARGV[7] 1 = field expiry,
-- ARGV[8] the committed value; absent if the key is to stay empty
-- Returns the newest stamp; 1 if the value was stored, else 0.
local key, bucket = ARGV[3], ARGV[4]
local region_locked = #region_holders() > 0
local live = key_holders(bucket, key)
local mine = take(live, ARGV[5])
contest(live) -- what the others have read may be from before this commit
save(lock_field(bucket, key), live)
write(bucket, key)
local stored = 0
if ARGV[8] and not full and mine and mine.contested == '0' and tonumber(mine.stamp) >= version and not region_locked then
  store(key, s, ARGV[6], ARGV[7], ARGV[8])
  stored = 1
end
sweep(ARGV[7])
return { publish(), stored }
