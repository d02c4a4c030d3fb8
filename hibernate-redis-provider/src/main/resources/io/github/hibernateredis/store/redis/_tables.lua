-- What every script of the table stamps begins with.
--
-- KEYS[1] tables: 's' = newest stamp and incarnation, 'v' = the stamp before which every result is outdated,
--         't<table>' = the stamp of its last update, 'h<table>' = updates in progress, 'i' = the run of the server that this was born in,
--         'q' = when an instance that caches queries last pulsed. Never a TTL.
-- ARGV[1] a random name, taken if a new incarnation must be born
--
-- Every script returns the line of the newest stamp, '<number>:<incarnation>', first.

local tables = KEYS[1]
local head = fields_of(tables, 's', 'v')
local s, incarnation = stamp_of(head[1])
local changed = false

-- Which tables were written is not known any more: results of an older incarnation are outdated by its name. (I5)
local function begin_anew()
  redis.call('DEL', tables)
  s, incarnation, changed = time, ARGV[1], true
  redis.call('HSET', tables, 'v', text(s), 'i', run())
end

if not s or not exact(head[2]) then
  begin_anew()
end

local function advance()
  s = math.max(time, s + 1)
  changed = true
  return s
end

local function publish()
  local now = text(s) .. ':' .. incarnation
  if changed then
    redis.call('HSET', tables, 's', now)
  end
  return now
end

-- The updates of a table that are in progress, '<id>:<deadline>' each. One that has expired may have been committed.
local function holders(name)
  local live, expired = {}, false
  local stored = redis.call('HGET', tables, 'h' .. name)
  if stored then
    expired = not string.match(stored, '^[^:|]+:%d+')
    for id, deadline in string.gmatch(stored, '([^:|]+):(%d+)') do
      if tonumber(deadline) > time then
        live[id] = deadline
      else
        expired = true
      end
    end
  end
  if expired then
    redis.call('HSET', tables, 't' .. name, text(advance()))
  end
  return live, expired
end

local function save(name, live)
  local parts = {}
  for id, deadline in pairs(live) do
    parts[#parts + 1] = id .. ':' .. deadline
  end
  if #parts == 0 then
    redis.call('HDEL', tables, 'h' .. name)
  else
    redis.call('HSET', tables, 'h' .. name, table.concat(parts, '|'))
  end
end

local function deadline(lease)
  return text(time + tonumber(lease) * 1000)
end
