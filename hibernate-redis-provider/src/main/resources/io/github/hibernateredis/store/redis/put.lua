-- Stores what a session read from the database. (I1: never a value from before a write that has been unlocked since, or
-- that is in progress.)
--
-- ARGV[3] key, ARGV[4] bucket, ARGV[5] opening stamp of the session, ARGV[6] its incarnation, ARGV[7] 1 = replace a live
-- item, ARGV[8] TTL in ms, ARGV[9] 1 = field expiry, ARGV[10] value
-- Returns the newest stamp; 1 if stored, else 0.
local key, bucket = ARGV[3], ARGV[4]
local stored = 0
local region_locked = #region_holders() > 0
local key_locked = #key_holders(bucket, key) > 0
if not region_locked and not key_locked and is_recent(ARGV[5], ARGV[6], bucket) then
  -- Field expiry or not: who stored before it knew that this server expires fields has left an expiry in the envelope.
  if ARGV[7] == '1' or not is_live(redis.call('HGET', data, key)) then
    -- Under a stamp of its own: the session may have read what was inserted after its opening. Others, which opened since but
    -- before that insert, are not to find it if their reads are repeatable.
    store(key, advance(), ARGV[8], ARGV[9], ARGV[10])
    stored = 1
  end
end
sweep(ARGV[9])
return { publish(), stored }
