-- Stores the value of a row whose insert was committed; counts as a write of the key, whether it is stored or not.
--
-- ARGV[3] key, ARGV[4] bucket, ARGV[5] opening stamp of the session, ARGV[6] its incarnation, ARGV[7] TTL in ms,
-- ARGV[8] 1 = field expiry, ARGV[9] value
-- Returns the newest stamp; 1 if stored, else 0.
local key, bucket = ARGV[3], ARGV[4]
local region_locked = #region_holders() > 0
local live = key_holders(bucket, key)
-- An update that was committed since this session opened would be undone by its older value.
local allowed = not full and not region_locked and #live == 0 and is_recent(ARGV[5], ARGV[6], bucket)
if #live > 0 then
  contest(live)
  save(lock_field(bucket, key), live)
end
write(bucket, key)
if allowed then
  store(key, s, ARGV[7], ARGV[8], ARGV[9])
end
return { publish(), allowed and 1 or 0 }
