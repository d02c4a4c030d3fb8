-- Grants a lease to load a key without an entry, or with an outdated one. The lease is stored in the place of the
-- entry, so a read finds it, and every put, lock, eviction and invalidation ends it. It decides which session loads the
-- key, and never what may be stored.
--
-- KEYS of the segments; ARGV[1] number of segments; for each: 1 = field expiry, key, bucket, id of the caller, lease in
-- ms, stamp of the outdated entry or empty
-- Returns for each its newest stamp and, after a space, a letter: M = the caller loads, A = another session loads or
-- the entry exists, E = every session loads.
return each_segment(tonumber(argument()), function()
  local field_expiry, key, bucket, id, lease = argument(), argument(), argument(), argument(), argument()
  local outdated = argument()
  local field = lock_field(bucket, key)
  open({ field })
  local turn = 'A'
  if region_holders() ~= NONE or key_holders(field, bucket, key) ~= NONE then
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
