-- Takes the soft lock of a key, or renews it. From here to the unlock no read is answered and no load is stored.
--
-- ARGV[3] key, ARGV[4] bucket, ARGV[5] lock id, ARGV[6] lease in ms, ARGV[7] opening stamp of the session, ARGV[8] its
-- incarnation
-- Returns the newest stamp.
local key, bucket, id = ARGV[3], ARGV[4], ARGV[5]
local live = key_holders(bucket, key)
redis.call('HDEL', data, key)
local mine = take(live, id)
if mine then
  mine.deadline = deadline(ARGV[6])
else
  mine = { id = id, stamp = text(s), deadline = deadline(ARGV[6]), contested = '0' }
  if #live > 0 then
    contest(live)
    mine.contested = '1'
  end
  -- An update may write some columns only. What the session says of the others is from before the write that it missed.
  if not is_recent(ARGV[7], ARGV[8], bucket) then
    mine.contested = '1'
  end
end
live[#live + 1] = mine
save(lock_field(bucket, key), live)
return { publish() }
