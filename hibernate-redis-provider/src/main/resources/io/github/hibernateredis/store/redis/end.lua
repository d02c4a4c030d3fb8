-- What follows a commit or a rollback: ends soft locks, stores what was committed, drops entries, stamps tables. Each
-- counts as a write of the key, whatever becomes of its value: the row may have been committed, the lock lost or
-- expired included.
--
-- KEYS of the segments; the tables' if ARGV[2] is not empty
-- ARGV[1] number of segments, ARGV[2] id of the tables' marker or empty; of each segment: 1 = field expiry; then of
-- each entry seven: 'U' = unlock, 'V' = unlock with a value, 'I' = insert, 'E' = evict; key; bucket; lock id, or
-- opening stamp of the session that inserted; the stamp that the lock is held with, or empty; TTL in ms; value. Then
-- the name of an epoch of the tables, tables
-- Returns of each segment its newest stamp and, after a blank, of each value a letter: S stored, C conflicted, O older,
-- L locked, F full; of the tables their newest stamp.
local segments, marker = tonumber(argument()), argument()

-- An administrative eviction leaves locks where they are: their transactions are still open, and without them a load
-- could store what they are about to outdate.
local function evict(field, key, bucket)
  save(field, conflict(key_holders(field, bucket, key)))
  write(bucket, key)
  drop_near(key)
end

local function unlock(field, key, bucket, id, held, has_value, region_locked)
  local others, stamp, conflicted = take(key_holders(field, bucket, key), id)
  save(field, conflict(others)) -- what the others have read may be from before this commit
  write(bucket, key)
  if not stamp then
    drop_near(key) -- since the lock was lost others may have stored what this commit has outdated
  end
  if not has_value then
    return nil
  end
  if full then
    return 'F'
  end
  if conflicted == '1' then
    return 'C'
  end
  if not stamp or stamp .. ':' .. epoch ~= held or tonumber(stamp) < version then
    return 'O'
  end
  if region_locked then
    return 'L'
  end
  return 'S'
end

local function insert(field, key, bucket, opening, region_locked)
  local list = key_holders(field, bucket, key)
  local result = 'S'
  -- An update that was committed since this session opened would be undone by its older value.
  if full then
    result = 'F'
  elseif region_locked or list ~= NONE then
    result = 'L'
  elseif not is_recent(opening, bucket) then
    result = 'O'
  end
  save(field, conflict(list))
  write(bucket, key)
  drop_near(key)
  return result
end

local function end_keys(length)
  local first, locks, fields = at, {}, {}
  local field_expiry = ARGV[first + 1]
  for i = first + 2, first + length, 7 do
    local field = lock_field(ARGV[i + 2], ARGV[i + 1])
    locks[#locks + 1], fields[#fields + 1] = field, field
    if ARGV[i] == 'I' then
      fields[#fields + 1] = 'f' .. ARGV[i + 2]
    end
  end
  open(fields)
  if guards == KEYS[1] then
    set_guard('!', false) -- what has asked whether the server is full
  end
  local region_locked = region_holders() ~= NONE
  local results, entries, stored = {}, 0, 0
  for i = first + 2, first + length, 7 do
    local kind, key, bucket, by = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
    entries = entries + 1
    local field, result = locks[entries], nil
    if kind == 'E' then
      evict(field, key, bucket)
    elseif kind == 'I' then
      result = insert(field, key, bucket, by, region_locked)
    else
      result = unlock(field, key, bucket, by, ARGV[i + 4], kind == 'V', region_locked)
    end
    if result == 'S' then
      store(key, ARGV[i + 5], field_expiry, ARGV[i + 6])
      stored = stored + 1
    end
    results[#results + 1] = result
  end
  sweep(field_expiry, entries, stored)
  local now = publish()
  trim(stored)
  return now .. ' ' .. table.concat(results)
end

local replies = each_segment(segments, end_keys)
if marker ~= '' then
  replies[#replies + 1] = with_tables(function()
    if guards == KEYS[1] then
      set_guard('!', false)
    end
    for i = at + 1, #ARGV do
      local others, mine = take(updates_of(ARGV[i]), marker)
      if not mine then
        drop_near(ARGV[i])
      end
      save('h' .. ARGV[i], others)
      outdate(ARGV[i])
    end
  end)
end
return replies
