-- Grants the lease to load a key that is not there, or is outdated. It stands in the place of the item, so a read finds it, and
-- whatever stores or drops the item ends it: a put, a lock, an eviction, an invalidation. It says only who loads, never what may be
-- stored.
--
-- KEYS of the segments; ARGV[1] number of segments; of each: 1 = field expiry, key, bucket, id of the asker, lease in ms, stamp of
-- the item that is outdated or empty
-- Returns of each its newest stamp and, after a blank, a letter: M the asker's, A another's or there already, E everybody's.
return each_segment(tonumber(argument()), function()
  local field_expiry, key, bucket, id, lease = argument(), argument(), argument(), argument(), argument()
  local outdated = argument()
  local field = lock_field(bucket, key)
  open({ field })
  local turn = 'A'
  if #region_holders() > 0 or #key_holders(field, bucket, key) > 0 then
    turn = 'E'
  else
    local item = redis.call('HGET', data, key)
    local gone = items[key] == false or emptied
    local there = not gone and is_live(item)
    if there and text(struct.unpack('>I8', item, 2)) == outdated then
      drop_near(key)
      there = false
    end
    if not there and (gone or not lasts(item, LOADING)) then
      turn = 'M'
      keep(key, LOADING, tonumber(lease), field_expiry, id)
    end
  end
  return publish() .. ' ' .. turn
end)
