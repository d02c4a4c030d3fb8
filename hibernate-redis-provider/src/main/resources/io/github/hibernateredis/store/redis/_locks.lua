-- Soft locks, region locks and write watermarks of a segment.

-- The live holders in a lock field, and whether any had expired. '<id>:<stamp>:<deadline>:<conflicted>' each.
local function holders(field)
  local stored = guard(field)
  if not stored then
    return {}, false
  end
  local live, expired, length = {}, false, -1
  for id, stamp, ends, conflicted in string.gmatch(stored, '([^:|]+):(%d+):(%d+):([01])') do
    length = length + #id + #stamp + #ends + 5
    if checked(stamp) and checked(ends) > time then
      live[#live + 1] = { id = id, stamp = stamp, deadline = ends, conflicted = conflicted }
    else
      expired = true
    end
  end
  if length ~= #stored then
    damaged()
  end
  return live, expired
end

local function save(field, live)
  local joined = false
  for i, holder in ipairs(live) do
    local one = holder.id .. ':' .. holder.stamp .. ':' .. holder.deadline .. ':' .. holder.conflicted
    joined = i == 1 and one or joined .. '|' .. one
  end
  if joined or guard(field) then
    set_guard(field, joined)
  end
end

local function take(live, id)
  for i, holder in ipairs(live) do
    if holder.id == id then
      return table.remove(live, i)
    end
  end
  return nil
end

local function conflict(live)
  for _, holder in ipairs(live) do
    holder.conflicted = '1'
  end
end

local function lock_field(bucket, key)
  return 'l' .. bucket .. ':' .. key
end

-- Counts as a write of the key: drops the item, and refuses values that were read before now.
local function write(bucket, key)
  items[key] = false
  advance()
  set_guard('f' .. bucket, stamp_text())
end

-- The live holders of a key, in its lock field. One that has expired may have committed: its end counts as a write.
local function key_holders(field, bucket, key)
  local live, expired = holders(field)
  if expired then
    conflict(live)
    write(bucket, key)
    drop_near(key)
    save(field, live)
  end
  return live
end

-- The live holders of the region lock; the end of an expired one counts as a write of every key.
local function region_holders()
  local live, expired = holders('r')
  if expired then
    invalidate()
    save('r', live)
  end
  return live
end

local opening_read, opening_number, opening_epoch

-- Whether a session that opened at that stamp has missed no write of the key. An empty stamp is none.
local function is_recent(opening, bucket)
  if opening ~= opening_read then
    local stamp, name = string.match(opening, '^(%d+):(.+)$')
    opening_read, opening_number, opening_epoch = opening, tonumber(stamp or 0), name
  end
  local stamp, watermark = opening_number, guard('f' .. bucket)
  return opening_epoch == epoch and stamp >= version and (not watermark or stamp >= number(watermark))
end
