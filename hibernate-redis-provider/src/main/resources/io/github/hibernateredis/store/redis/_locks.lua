-- Soft locks, region locks and write watermarks of a segment.

local function conflict(list)
  return list == NONE and list or (string.gsub(list, ':0|', ':1|'))
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
  local list, expired = holders(field)
  if expired then
    list = conflict(list)
    write(bucket, key)
    drop_near(key)
    save(field, list)
  end
  return list
end

-- The live holders of the region lock; the end of an expired one counts as a write of every key.
local function region_holders()
  local list, expired = holders('r')
  if expired then
    invalidate()
    save('r', list)
  end
  return list
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
