-- What every script on segments begins with: it opens one segment after the other, and knows how to issue stamps and to end
-- locks that have expired.
--
-- KEYS, two for each segment:
-- guards: 's' = newest stamp, epoch and number of invalidations, 'w' = until when near caches listen, 'v' = region version,
--         'f<bucket>' = floors, 'l<bucket>:<key>' = holders of a soft lock,
--         'r' = holders of the region lock, 'c' = where the sweep goes on, 'i' = the run of the server that they were born in.
--         No TTL, and no field expiry: a lock that vanished by itself would skip its floor.
-- data:   '!s' = as 's' of the guards, any other field = an item. Always has a TTL.
-- ARGV for each segment: the name of an epoch, taken if a new one must begin: '<segments>-<random>'; the TTL of the data map
--         in milliseconds, with a colon and how many items there may be where they are bounded; how many arguments follow for this
--         segment; these.
--
-- What a script does to a segment is kept here until publish(), which writes it with few commands. So nothing has been written
-- yet when damage is found.

local guards, data, candidate, data_ttl, most
local s, epoch, version, invalidations, told
local changed, known, touched, items, emptied, longest
local anew

local function guard(field)
  local value = known[field]
  if value == nil then
    value = redis.call('HGET', guards, field)
    known[field] = value
  end
  return value
end

-- No value removes the field.
local function set_guard(field, value)
  known[field] = value
  touched[field] = true
end

-- Floors and locks are gone, or may be: nothing that is in the data map can be trusted, nor anything that is offered from
-- before. (I5)
local function drop()
  redis.call('DEL', guards)
  redis.call('UNLINK', data)
  anew = true
end

-- Whoever goes by another number of segments would write where others do not look, and read what others do not write.
local function refuse_other_layout()
  local mine = string.match(candidate, '^%d+')
  local theirs = string.match(epoch, '^%d+')
  if mine ~= theirs then
    error('LAYOUT ' .. theirs, 0)
  end
end

-- Reads what the script is going to need with one command. Other fields are found all the same.
local function open(fields)
  changed, known, touched, items, emptied, longest, told = false, {}, {}, {}, false, 0, nil
  if not anew then
    local head = redis.call('HMGET', guards, 's', 'v', 'r', 'w', unpack(fields))
    if head[1] and head[2] then
      local stamp, name, count = string.match(head[1], '^(%d+):(%d+%-%w+):?(%d*)$')
      if not stamp then
        damaged()
      end
      s, epoch, version, invalidations = number(stamp), name, number(head[2]), count == '' and 0 or number(count)
      refuse_other_layout()
      known['r'], known['w'] = head[3], head[4]
      for i, field in ipairs(fields) do
        known[field] = head[i + 4]
      end
      return
    end
    drop()
  end
  s, epoch, version, changed = time, candidate, time, true
  invalidations = 0
  set_guard('v', text(version))
  set_guard('i', run())
end

-- A new stamp. Strictly increasing, also when the server's clock steps back. (I4)
local function advance()
  s = s < time and time or s + 1
  changed = true
  return s
end

local written, writing

-- The newest stamp as it is written.
local function stamp_text()
  if written ~= s then
    written, writing = s, text(s)
  end
  return writing
end

-- Where items are bounded, takes out as many as are too many, by chance: reads leave no trace by which others would be better. So that
-- no script takes long, no more than a few for each that it has stored; where the bound was lowered the next ones go on. A user who
-- may not do so keeps no bound, and fails no script that has written.
local function trim(stored)
  local excess = math.min(redis.call('HLEN', data) - 1 - most, 4 * stored + 16)
  if excess > 0 then
    local gone, any = {}, redis.pcall('HRANDFIELD', data, excess + 1)
    for _, field in ipairs(any) do
      if field ~= '!s' and #gone < excess then
        gone[#gone + 1] = field
      end
    end
    send('HDEL', data, gone)
  end
end

-- Writes what has changed, and the newest stamp to both hashes: a read gets it from the data map. The values first: a server that
-- is full refuses them as long as nothing was written.
local function publish()
  if told then
    invalidations, changed = invalidations + 1, true
  end
  local now = stamp_text() .. ':' .. epoch .. ':' .. text(invalidations)
  if changed then
    set_guard('s', now)
  end
  if emptied then
    redis.call('UNLINK', data)
  end
  local stored, fields, gone = { '!s', now }, {}, {}
  local at_fields, at_gone = 0, 0
  for field, item in pairs(items) do
    if item then
      at_fields = at_fields + 1
      fields[at_fields] = field
      stored[2 * at_fields + 1] = field
      stored[2 * at_fields + 2] = item
    else
      at_gone = at_gone + 1
      gone[at_gone] = field
    end
  end
  if at_fields == 0 then
    if redis.call('HSET', data, '!s', now) == 1 then
      redis.call('PEXPIRE', data, data_ttl)
    end
  else
    send('HSET', data, stored)
    redis.call('PEXPIRE', data, data_ttl)
    if longest > 0 then
      redis.call('HPEXPIRE', data, longest, 'FIELDS', at_fields, unpack(fields))
    end
  end
  send('HDEL', data, gone)
  local set, removed = {}, {}
  local at_set, at_removed = 0, 0
  for field in pairs(touched) do
    local value = known[field]
    if value then
      set[at_set + 1] = field
      at_set = at_set + 2
      set[at_set] = value
    else
      at_removed = at_removed + 1
      removed[at_removed] = field
    end
  end
  send('HSET', guards, set)
  send('HDEL', guards, removed)
  if most and at_fields > 0 then
    trim(at_fields)
  end
  if told then
    tell_near_caches(guards, known['w'], epoch, invalidations, told)
  end
  return now
end

-- Near caches must not keep the key. One script counts once, however many keys it invalidates, and counts even if none may be
-- listening: a near cache that has missed a message finds out by the number.
local function tell(key)
  told = told or {}
  if told ~= ALL then
    told[#told + 1] = key
  end
end

-- New region version: what is there goes, and sessions that are open store nothing.
local function invalidate()
  version = advance()
  set_guard('v', text(version))
  items, emptied, told = {}, true, ALL
end

-- The holders in a lock field, live ones only, and whether any had expired. '<id>:<stamp>:<deadline>:<contested>' each.
local function holders(field)
  local live, expired = {}, false
  local stored = guard(field)
  if stored then
    local length = -1
    for id, stamp, deadline, contested in string.gmatch(stored, '([^:|]+):(%d+):(%d+):([01])') do
      length = length + #id + #stamp + #deadline + 5
      if checked(stamp) and checked(deadline) > time then
        live[#live + 1] = { id = id, stamp = stamp, deadline = deadline, contested = contested }
      else
        expired = true
      end
    end
    if length ~= #stored then
      damaged()
    end
  end
  return live, expired
end

local function save(field, live)
  local joined = false
  for i, holder in ipairs(live) do
    local one = holder.id .. ':' .. holder.stamp .. ':' .. holder.deadline .. ':' .. holder.contested
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

local function contest(live)
  for _, holder in ipairs(live) do
    holder.contested = '1'
  end
end

local lease_read, lease_ends

local function deadline(lease)
  if lease_read ~= lease then
    lease_read, lease_ends = lease, text(time + tonumber(lease) * 1000)
  end
  return lease_ends
end

local function lock_field(bucket, key)
  return 'l' .. bucket .. ':' .. key
end

local function floor_field(bucket)
  return 'f' .. bucket
end

-- Counts as a write of the key: drops the item, and refuses what was read before now.
local function write(bucket, key)
  items[key] = false
  advance()
  set_guard(floor_field(bucket), stamp_text())
end

-- The live holders of a key. One that has expired may have committed: its going counts as a write.
local function key_holders(bucket, key)
  local field = lock_field(bucket, key)
  local live, expired = holders(field)
  if expired then
    contest(live)
    write(bucket, key)
    tell(key)
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
  local stored = guard(floor_field(bucket))
  return stored and number(stored) or 0
end

local opening_read, opening_number, opening_epoch

-- Whether a session that opened at that stamp has missed no write of the key. An empty stamp is none.
local function is_recent(opening, bucket)
  if opening ~= opening_read then
    local stamp, name = string.match(opening, '^(%d+):(.+)$')
    opening_read, opening_number, opening_epoch = opening, tonumber(stamp or 0), name
  end
  local stamp = opening_number
  return opening_epoch == epoch and stamp >= version and stamp >= floor_of(bucket)
end

-- First byte of an envelope: of an item, of one that ends when nobody reads it for long, and of the lease to load one.
local FORMAT, IDLE, LOADING = 17, 18, 76

local function lasts(envelope, format)
  return envelope and #envelope >= 15 and string.byte(envelope, 1) == format
    and struct.unpack('>I6', envelope, 10) > time / 1000
end

-- Whether there is an item that a read would take. Bytes of another format are none, or they would keep puts out for ever.
local function is_live(envelope)
  return lasts(envelope, FORMAT) or lasts(envelope, IDLE)
end

-- Whether a session is loading the item.
local function is_loading(envelope)
  return lasts(envelope, LOADING)
end

local function keep(key, format, millis, field_expiry, value)
  local expiry = math.floor(time / 1000) + millis
  items[key] = struct.pack('>BI8I6', format, s, expiry) .. value
  if field_expiry == '1' then
    longest = math.max(longest, millis)
  end
end

-- One that ends when nobody has read it for so long, or after its TTL, which stands before the value: '<idle>:<ttl>'
local function store_idle(key, lives, field_expiry, value)
  local idle, ttl = string.match(lives, '^(%d+):(%d+)$')
  local last = struct.pack('>I6', math.floor(time / 1000) + tonumber(ttl))
  keep(key, IDLE, tonumber(idle), field_expiry, last .. value)
end

-- Stores an item under the newest stamp. With field expiry the server reclaims its memory, too.
local function store(key, ttl, field_expiry, value)
  local millis = tonumber(ttl)
  if millis then
    keep(key, FORMAT, millis, field_expiry, value)
  else
    store_idle(key, ttl, field_expiry, value)
  end
end

-- Every so many entries that a script stores or ends it looks at about so many items, and every so many at about so many
-- guards. That makes four items an entry, and two in a large script: were it one or less, puts of ever new keys would bring in
-- items faster than expired ones are found, and the map would grow for ever. It makes half a guard: only locks that nobody has
-- ended grow old.
local ITEMS_EVERY, GUARDS_EVERY, SWEEP_COUNT = 8, 64, 32

-- Ends expired locks that nobody asks for, and drops floors that the region version makes superfluous.
local function sweep_guards(cursor, count)
  local page = redis.call('HSCAN', guards, cursor, 'COUNT', count)
  for i = 1, #page[2], 2 do
    local field, value = page[2][i], page[2][i + 1]
    if string.sub(field, 1, 1) == 'f' and not touched[field] and number(value) <= version then
      set_guard(field, false)
    end
  end
  for i = 1, #page[2], 2 do
    local field = page[2][i]
    local bucket, key = string.match(field, '^l(%d+):(.*)$')
    if bucket then
      if known[field] == nil then
        known[field] = page[2][i + 1]
      end
      key_holders(bucket, key)
    end
  end
  return page[1]
end

-- Reclaims items that have expired.
local function sweep_items(cursor, count)
  local page = redis.call('HSCAN', data, cursor, 'COUNT', count)
  for i = 1, #page[2], 2 do
    local field = page[2][i]
    if field ~= '!s' and items[field] == nil and not is_live(page[2][i + 1]) and not is_loading(page[2][i + 1]) then
      items[field] = false
    end
  end
  return page[1]
end

-- Now and then, a bounded look at some fields. A server that expires items by itself needs no help with those.
local function sweep(field_expiry, entries)
  local due = time % GUARDS_EVERY < entries
  local items_due = field_expiry == '0' and time % ITEMS_EVERY < entries
  if not due and not items_due then
    return
  end
  local guard_cursor, item_cursor = string.match(guard('c') or '', '^(%d+) (%d+)$')
  guard_cursor, item_cursor = guard_cursor or '0', item_cursor or '0'
  if due then
    guard_cursor = sweep_guards(guard_cursor, math.max(SWEEP_COUNT, math.floor(entries / 2)))
  end
  if items_due then
    item_cursor = sweep_items(item_cursor, math.max(SWEEP_COUNT, 2 * entries))
  end
  set_guard('c', guard_cursor .. ' ' .. item_cursor)
end

-- Does the same for so many segments, and returns what it answers of each; '!<segments>' where another number of segments is
-- in force.
local function each_segment(count, process)
  local replies = {}
  for i = 1, count do
    guards, data = KEYS[2 * i - 1], KEYS[2 * i]
    candidate, data_ttl, most = argument(), argument(), nil
    local colon = string.find(data_ttl, ':', 1, true)
    if colon then
      data_ttl, most = string.sub(data_ttl, 1, colon - 1), tonumber(string.sub(data_ttl, colon + 1))
    end
    local length = tonumber(argument())
    local first = at
    anew = false
    local done, reply = pcall(process, length)
    if not done and is_damage(reply) then
      at = first
      drop()
      done, reply = pcall(process, length)
    end
    if not done then
      local segments = type(reply) == 'string' and string.match(reply, '^LAYOUT (%d+)$')
      if not segments then
        error(reply, 0)
      end
      reply = '!' .. segments
    end
    replies[i] = reply
    at = first + length
  end
  return replies
end
