-- What every script begins with: it opens the segment, and knows how to issue stamps and to end locks that have expired.
--
-- KEYS[1] guards: 's' = newest stamp and incarnation, 'v' = region version, 'f<bucket>' = floors,
--         'l<bucket>:<key>' = holders of a soft lock, 'r' = holders of the region lock, 'c' = where the sweep goes on,
--         'i' = the run of the server that they were born in.
--         No TTL, and no field expiry: a lock that vanished by itself would skip its floor.
-- KEYS[2] data: '!s' = newest stamp and incarnation, any other field = an item. Always has a TTL.
-- ARGV[1] the name of an incarnation, taken if a new one must be born: '<generation>.<segments>-<random>' in the layout that
--         the caller goes by, '<random>' alone if nothing was ever decided
-- ARGV[2] TTL of the data map in milliseconds
--
-- Every script returns the line of the newest stamp, '<number>:<incarnation>', first. Numbers stay below 2^53, where a
-- Lua number is exact.

local guards, data = KEYS[1], KEYS[2]
local head = fields_of(guards, 's', 'v')
local s, incarnation = stamp_of(head[1])
local version = exact(head[2])
local changed = false
fields_of(data, '!s')

-- Floors and locks are gone, or may be: nothing that is in the data map can be trusted, nor anything that is offered from
-- before. (I5)
local function begin_anew()
  redis.call('DEL', guards)
  redis.call('UNLINK', data)
  s, incarnation, version, changed = time, ARGV[1], time, true
  redis.call('HSET', guards, 'v', text(version), 'i', run())
end

-- Which decision for a layout an incarnation belongs to, and for how many segments that was; one before all others if it is none
-- that a node can have made.
local function layout_of(name)
  local generation, segments = string.match(name, '^(%d+)%.(%d+)%-')
  if not generation then
    return 0, 1
  end
  generation, segments = tonumber(generation), tonumber(segments)
  if generation >= 1e15 or segments < 1 or segments > 1024 then
    return -1, 1
  end
  return generation, segments
end

-- Who holds the region lock of a segment for all whose locks went with an older layout.
local FORMER = 'former'

-- Until when any lock here may be held.
local function last_deadline()
  local last, cursor = 0, '0'
  repeat
    local page = redis.call('HSCAN', guards, cursor, 'COUNT', 1000)
    cursor = page[1]
    for i = 1, #page[2], 2 do
      if string.match(page[2][i], '^[lr]') then
        for deadline in string.gmatch(page[2][i + 1], ':%d+:(%d+):[01]') do
          last = math.max(last, tonumber(deadline))
        end
      end
    end
  until cursor == '0'
  return last
end

if s and version then
  -- Nearly always both are of one layout; to find more out would take longer.
  local hyphen = string.find(ARGV[1], '-', 1, true)
  if hyphen ~= string.find(incarnation, '-', 1, true)
      or hyphen and string.sub(ARGV[1], 1, hyphen) ~= string.sub(incarnation, 1, hyphen) then
    -- Whoever still goes by an older layout would write where others do not look, and read what others do not write.
    local mine, my_segments = layout_of(ARGV[1])
    local theirs, their_segments = layout_of(incarnation)
    if theirs > mine or theirs == mine and their_segments ~= my_segments then
      return redis.error_reply('LAYOUT ' .. text(theirs) .. ' ' .. text(their_segments))
    end
    if theirs < mine then
      local last = last_deadline()
      begin_anew()
      if last > time then
        redis.call('HSET', guards, 'r', FORMER .. ':' .. text(s) .. ':' .. text(last) .. ':0')
      end
    end
  end
else
  begin_anew()
end

-- A new stamp. Strictly increasing, also when the server's clock steps back. (I4)
local function advance()
  s = math.max(time, s + 1)
  changed = true
  return s
end

local function line()
  return text(s) .. ':' .. incarnation
end

-- Writes the newest stamp to both hashes; the last thing that a script does to them. A read gets it from the data map.
local function publish()
  local now = line()
  if changed then
    redis.call('HSET', guards, 's', now)
  end
  if redis.call('HSET', data, '!s', now) == 1 then
    redis.call('PEXPIRE', data, ARGV[2])
  end
  return now
end

-- New region version: what is there goes, and sessions that are open store nothing.
local function invalidate()
  version = advance()
  redis.call('HSET', guards, 'v', text(version))
  redis.call('UNLINK', data)
end

-- The holders in a lock field, live ones only, and whether any had expired. '<id>:<stamp>:<deadline>:<contested>' each.
local function holders(field)
  local live, expired = {}, false
  local stored = redis.call('HGET', guards, field)
  if stored then
    expired = not string.match(stored, '^[^:|]+:%d+:%d+:[01]') -- it is damaged: whose lock it was is not known any more
    for id, stamp, deadline, contested in string.gmatch(stored, '([^:|]+):(%d+):(%d+):([01])') do
      if tonumber(deadline) > time then
        live[#live + 1] = { id = id, stamp = stamp, deadline = deadline, contested = contested }
      else
        expired = true
      end
    end
  end
  return live, expired
end

local function save(field, live)
  if #live == 0 then
    redis.call('HDEL', guards, field)
    return
  end
  local parts = {}
  for i, holder in ipairs(live) do
    parts[i] = holder.id .. ':' .. holder.stamp .. ':' .. holder.deadline .. ':' .. holder.contested
  end
  redis.call('HSET', guards, field, table.concat(parts, '|'))
end

local function take(live, id)
  for i, holder in ipairs(live) do
    if holder.id == id then
      return table.remove(live, i)
    end
  end
  return nil
end

local function contest(live)
  for _, holder in ipairs(live) do
    holder.contested = '1'
  end
end

local function deadline(lease)
  return text(time + tonumber(lease) * 1000)
end

local function lock_field(bucket, key)
  return 'l' .. bucket .. ':' .. key
end

-- Counts as a write of the key: drops the item, and refuses what was read before now.
local function write(bucket, key)
  redis.call('HDEL', data, key)
  redis.call('HSET', guards, 'f' .. bucket, text(advance()))
end

-- The live holders of a key. One that has expired may have committed: its going counts as a write.
local function key_holders(bucket, key)
  local field = lock_field(bucket, key)
  local live, expired = holders(field)
  if expired then
    contest(live)
    write(bucket, key)
    save(field, live)
  end
  return live
end

-- The live holders of the region lock; the going of an expired one counts as a write of every key.
local function region_holders()
  local live, expired = holders('r')
  if expired then
    invalidate()
    save('r', live)
  end
  return live
end

local function floor_of(bucket)
  local stored = redis.call('HGET', guards, 'f' .. bucket)
  local floor = stored and exact(stored) or 0
  if stored and floor == 0 then
    floor = advance() -- it is damaged, and may have been any
    redis.call('HSET', guards, 'f' .. bucket, text(floor))
  end
  return floor
end

-- Whether a session that opened at that stamp has missed no write of the key.
local function is_recent(opened, opened_incarnation, bucket)
  local stamp = tonumber(opened)
  return opened_incarnation == incarnation and stamp >= version and stamp >= floor_of(bucket)
end

-- First byte of an envelope that leaves its expiry to the server, and of one that carries it.
local PLAIN, WITH_EXPIRY = 16, 17

-- Whether there is an item that a read would take. Bytes of another format are none, or they would keep puts out for ever.
local function is_live(envelope)
  local form = envelope and string.byte(envelope, 1)
  if form == WITH_EXPIRY and #envelope >= 15 then
    return struct.unpack('>I6', string.sub(envelope, 10, 15)) > time / 1000
  end
  return form == PLAIN and #envelope >= 9
end

-- Stores an item. With field expiry the server ends it, without the envelope says when it ends.
local function store(key, stamp, ttl, field_expiry, value)
  if field_expiry == '1' then
    redis.call('HSET', data, key, string.char(PLAIN) .. struct.pack('>I8', stamp) .. value)
    redis.call('HPEXPIRE', data, ttl, 'FIELDS', 1, key)
  else
    local expiry = math.floor(time / 1000) + tonumber(ttl)
    redis.call('HSET', data, key, string.char(WITH_EXPIRY) .. struct.pack('>I8I6', stamp, expiry) .. value)
  end
  redis.call('PEXPIRE', data, ARGV[2])
end

-- One in so many scripts looks at about so many items, and one in so many at about so many guards. That makes four items a
-- script: were it one or less, puts of ever new keys would bring in items faster than expired ones are found, and the map would
-- grow for ever. Of the guards only locks that nobody has ended grow old.
local ITEMS_EVERY, GUARDS_EVERY, SWEEP_COUNT = 8, 64, 32

-- Ends expired locks that nobody asks for, and drops floors that the region version makes superfluous.
local function sweep_guards(cursor)
  local page = redis.call('HSCAN', guards, cursor, 'COUNT', SWEEP_COUNT)
  -- Floors before locks: the end of a lock raises floors above what the page says of them.
  for i = 1, #page[2], 2 do
    local field, value = page[2][i], page[2][i + 1]
    if string.sub(field, 1, 1) == 'f' and (exact(value) or s) <= version then
      redis.call('HDEL', guards, field)
    end
  end
  for i = 1, #page[2], 2 do
    local bucket, key = string.match(page[2][i], '^l(%d+):(.*)$')
    if bucket then
      key_holders(bucket, key)
    end
  end
  return page[1]
end

-- Reclaims items that have expired.
local function sweep_items(cursor)
  local page = redis.call('HSCAN', data, cursor, 'COUNT', SWEEP_COUNT)
  for i = 1, #page[2], 2 do
    if page[2][i] ~= '!s' and not is_live(page[2][i + 1]) then
      redis.call('HDEL', data, page[2][i])
    end
  end
  return page[1]
end

-- Now and then, a bounded look at some fields. A server that expires items by itself needs no help with those.
local function sweep(field_expiry)
  local due = time % GUARDS_EVERY == 0
  local items_due = field_expiry == '0' and time % ITEMS_EVERY == 0
  if not due and not items_due then
    return
  end
  local position = redis.call('HGET', guards, 'c') or '0 0'
  local guard_cursor, item_cursor = string.match(position, '^(%d+) (%d+)$')
  guard_cursor, item_cursor = guard_cursor or '0', item_cursor or '0'
  if due then
    guard_cursor = sweep_guards(guard_cursor)
  end
  if items_due then
    item_cursor = sweep_items(item_cursor)
  end
  redis.call('HSET', guards, 'c', guard_cursor .. ' ' .. item_cursor)
end
