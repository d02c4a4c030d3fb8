-- Ends a soft lock. Counts as a write of the key, the lock lost or expired included: the row may have been committed.
--
-- ARGV[3] key, ARGV[4] bucket, ARGV[5] lock id, ARGV[6] the stamp that the lock's confirmation gave or '',
-- ARGV[7] TTL in ms, ARGV[8] 1 = field expiry, ARGV[9] the committed value; absent if the key is to stay empty
-- Returns the newest stamp; 1 if the value was stored, else 0.
local key, bucket = ARGV[3], ARGV[4]
local region_locked = #region_holders() > 0
local live = key_holders(bucket, key)
local mine = take(live, ARGV[5])
contest(live) -- what the others have read may be from before this commit
save(lock_field(bucket, key), live)
write(bucket, key)
local stored = 0
-- A lock found under another stamp is a late copy of one that was gone in between.
if ARGV[9] and mine and mine.contested == '0' and mine.stamp .. ':' .. incarnation == ARGV[6]
    and tonumber(mine.stamp) >= version and not region_locked then
  store(key, s, ARGV[7], ARGV[8], ARGV[9])
  stored = 1
end
sweep(ARGV[8])
return { publish(), stored }
