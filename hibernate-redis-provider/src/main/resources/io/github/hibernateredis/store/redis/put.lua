-- Stores what sessions read from the database. (I1: never a value from before a write that has been unlocked since, or
-- that is in progress.)
--
-- KEYS of the segments
-- ARGV[1] number of segments; of each segment: 1 = field expiry; then of each put six: key, bucket, opening stamp of
-- the session, 1 = replace a live item, TTL in ms, value
-- Returns of each segment its newest stamp and, after a blank, of each put a letter: S stored, P present, O older, L
-- locked.
local function put_keys(length)
  local first, fields, keys = at, {}, {}
  local field_expiry = ARGV[first + 1]
  for i = first + 2, first + length, 6 do
    fields[#fields + 1] = lock_field(ARGV[i + 1], ARGV[i])
    fields[#fields + 1] = 'f' .. ARGV[i + 1]
    keys[#keys + 1] = ARGV[i]
  end
  open(fields)
  local region_locked = region_holders() ~= NONE
  local there = redis.call('HMGET', data, unpack(keys))
  local results, stored, present = {}, 0, 0
  for i = first + 2, first + length, 6 do
    local key, bucket, opening = ARGV[i], ARGV[i + 1], ARGV[i + 2]
    local entry = #results + 1
    local key_locked = known[fields[2 * entry - 1]] and key_holders(fields[2 * entry - 1], bucket, key) ~= NONE
    local item = items[key]
    if item == nil and not emptied then
      item = there[entry]
    end
    local result = 'S'
    if region_locked or key_locked then
      result = 'L'
    elseif not is_recent(opening, bucket) then
      result = 'O'
    elseif ARGV[i + 3] == '0' and is_live(item) then
      result = 'P'
      present = present + 1
    else
      -- Under a new stamp: the session may have read what was inserted after its opening. Others, which opened
      -- since but before that insert, are not to find it if their reads are repeatable.
      advance()
      if ARGV[i + 3] ~= '0' and is_live(item) then
        drop_near(key)
      end
      store(key, ARGV[i + 4], field_expiry, ARGV[i + 5])
      stored = stored + 1
    end
    results[entry] = result
  end
  sweep(field_expiry, #results, #results - present)
  local now = publish()
  trim(stored)
  return now .. ' ' .. table.concat(results)
end

return each_segment(tonumber(argument()), put_keys)
