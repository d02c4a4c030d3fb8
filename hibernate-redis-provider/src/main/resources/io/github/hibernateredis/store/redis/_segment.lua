-- What every script on segments begins with: it opens one segment after the other, issues stamps, and writes what has
-- changed. The table stamps are a segment without data.
--
-- KEYS, two for each segment:
-- guards: 's' = newest stamp, epoch and number of invalidations, 'w' = until when near caches listen, 'v' = region
--         version, 'f<bucket>' = write watermarks, 'l<bucket>:<key>' = holders of a soft lock,
--         'r' = holders of the region lock, 'c' = where the sweep continues, with ' l' if it saw live items only, 'i' =
--         run id of the server that they were created on. No TTL, and no field expiry: a lock that vanished by itself
--         would leave no watermark.
-- data:   '!s' = as 's' of the guards, any other field = an item. Always has a TTL.
-- ARGV for each segment: the name of an epoch, taken if a new one must begin: '<segments>-<random>'; the TTL of the
--         data map in milliseconds, with a colon and how many items there may be where they are bounded; how many
--         arguments follow for this segment; these.
--
-- What a script does to a segment is kept here until publish(), which writes it with few commands. So nothing has been
-- written yet when damage is found.

local guards, data, candidate, data_ttl, most
local s, epoch, version, invalidations
local changed, advanced, known, touched, items, emptied, longest
-- Keys that near caches must drop, or ALL; nil if there are none.
local dropped
-- The newest stamp as it is written, once it has been.
local written
-- Whether the guards were deleted by this script.
local reset

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

-- Watermarks and locks are lost, or may be: nothing that is in the data map can be trusted, nor any value that was read
-- before. (I5)
local function drop()
  redis.call('DEL', guards)
  if data then
    redis.call('UNLINK', data)
  end
  reset = true
end

-- Reads what the script is going to need with one command. Other fields are read when they are asked for.
local function open(fields)
  changed, advanced, known, touched, items, emptied, longest, dropped = false, false, {}, {}, {}, false, 0, nil
  if not reset then
    local head = redis.call('HMGET', guards, 's', 'v', 'r', 'w', unpack(fields))
    if head[1] and head[2] then
      local stamp, name, count = string.match(head[1], '^(%d+):([%w-]+):?(%d*)$')
      local segments = string.match(name or '', data and '^(%d+%-)%w+$' or '^%w+$')
      if not segments then
        damaged()
      end
      s, written, epoch, version, invalidations = checked(stamp), stamp, name, number(head[2]), count == '' and 0 or checked(count)
      -- An instance with another number of segments would write where others do not look, and read what others do not
      -- write.
      if data and string.sub(candidate, 1, #segments) ~= segments then
        error('LAYOUT ' .. string.sub(segments, 1, -2), 0)
      end
      known['r'], known['w'] = head[3], head[4]
      for i = 1, #fields do
        known[fields[i]] = head[i + 4]
      end
      return
    end
    drop()
  end
  s, epoch, version, changed = time, candidate, time, true
  written, invalidations = nil, 0
  set_guard('v', text(version))
  set_guard('i', run())
end

-- A new stamp, one for all that the script does to the segment. Strictly increasing, also when the server's clock steps
-- back. (I4)
local function advance()
  if not advanced then
    s = s < time and time or s + 1
    changed, advanced, written = true, true, nil
  end
  return s
end

local function stamp_text()
  written = written or text(s)
  return written
end

-- Writes the items, and the newest stamp, which a read gets from the data map. Values come first: a server that is full
-- refuses them as long as the script has written nothing. Without values, removals come first: a full server accepts
-- these, and then the rest.
local function publish_items(now)
  if emptied then
    redis.call('UNLINK', data)
  end
  local stored, fields, removed = { '!s', now }, nil, nil
  for field, item in pairs(items) do
    if item then
      fields = fields or {}
      fields[#fields + 1] = field
      stored[#stored + 1] = field
      stored[#stored + 1] = item
    else
      removed = removed or {}
      removed[#removed + 1] = field
    end
  end
  if fields then
    send('HSET', data, stored)
    redis.call('PEXPIRE', data, data_ttl)
    if longest > 0 then
      redis.call('HPEXPIRE', data, longest, 'FIELDS', #fields, unpack(fields))
    end
  end
  if removed then
    send('HDEL', data, removed)
  end
  if not fields and redis.call('HSET', data, '!s', now) == 1 then
    redis.call('PEXPIRE', data, data_ttl)
  end
end

-- Writes what has changed, and returns the newest stamp.
local function publish()
  if dropped then
    invalidations, changed = invalidations + 1, true
  end
  local now = stamp_text() .. ':' .. epoch .. ':' .. text(invalidations)
  if changed then
    set_guard('s', now)
  end
  if data then
    publish_items(now)
  end
  local set, unset = {}, nil
  for field in pairs(touched) do
    local value = known[field]
    if value then
      set[#set + 1] = field
      set[#set + 1] = value
    else
      unset = unset or {}
      unset[#unset + 1] = field
    end
  end
  send('HSET', guards, set)
  if unset then
    send('HDEL', guards, unset)
  end
  if dropped and known['w'] then
    publish_invalidations(guards, known['w'], epoch, invalidations, dropped)
  end
  return now
end

-- Near caches must drop the key. One script counts once, however many keys it invalidates. It counts even if none may
-- be listening: a near cache that has missed a message finds out by the number.
local function drop_near(key)
  dropped = dropped or {}
  if known['w'] and dropped ~= ALL then
    dropped[#dropped + 1] = key
  end
end

-- New region version: all items are dropped, and sessions that are open store nothing.
local function invalidate()
  version = advance()
  set_guard('v', stamp_text())
  items, emptied, dropped = {}, true, ALL
end

-- Does that with the segment, again if it finds damage, and returns what it answers; '!<segments>' where another number
-- of segments is in force.
local function attempt(process, length)
  local first = at
  reset = false
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
  at = first + length
  return reply
end

-- Does the same for so many segments, and returns the answers.
local function each_segment(count, process)
  local replies = {}
  for i = 1, count do
    guards, data = KEYS[2 * i - 1], KEYS[2 * i]
    candidate, data_ttl, most = argument(), argument(), nil
    local colon = string.find(data_ttl, ':', 1, true)
    if colon then
      data_ttl, most = string.sub(data_ttl, 1, colon - 1), tonumber(string.sub(data_ttl, colon + 1))
    end
    replies[i] = attempt(process, tonumber(argument()))
  end
  return replies
end
