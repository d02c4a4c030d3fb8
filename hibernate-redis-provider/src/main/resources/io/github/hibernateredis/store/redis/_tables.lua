-- What every script on the table stamps begins with.
--
-- The hash: 's' = newest stamp, epoch and number of invalidations, 'w' = until when near caches listen, 'v' = the stamp before which every result is outdated, 't<table>' = the stamp of its
--         last update, 'h<table>' = updates in progress, 'i' = the run of the server that this was born in. Never a TTL.

local tables, tables_stamp, tables_epoch, tables_changed, tables_invalidations, tables_listened, tables_told

local function open_tables(key, name)
  tables, tables_changed, tables_told = key, false, nil
  local head = redis.call('HMGET', tables, 's', 'v', 'w')
  if head[1] and head[2] then
    local stamp, found, count = string.match(head[1], '^(%d+):(%w+):?(%d*)$')
    if not stamp then
      damaged()
    end
    number(head[2])
    tables_stamp, tables_epoch, tables_listened = number(stamp), found, head[3]
    tables_invalidations = count == '' and 0 or number(count)
    return
  end
  -- Which tables were written is not known any more: results of an older epoch are outdated by its name. (I5)
  redis.call('DEL', tables)
  tables_stamp, tables_epoch, tables_changed = time, name, true
  tables_invalidations, tables_listened = 0, false
  redis.call('HSET', tables, 'v', text(time), 'i', run())
end

local function advance_tables()
  tables_stamp = math.max(time, tables_stamp + 1)
  tables_changed = true
  return tables_stamp
end

-- Near caches must not keep what they know of the table.
local function tell_of_table(name)
  tables_told = tables_told or {}
  if tables_told ~= ALL then
    tables_told[#tables_told + 1] = name
  end
end

-- Every result there is is outdated.
local function outdate_tables()
  redis.call('HSET', tables, 'v', text(advance_tables()))
  tables_told = ALL
end

local function deadline_of(lease)
  return text(time + tonumber(lease) * 1000)
end

-- The updates of a table that are in progress, '<id>:<deadline>' each. One that has expired may have been committed.
local function holders_of(name)
  local live, expired = {}, false
  local stored = redis.call('HGET', tables, 'h' .. name)
  if stored then
    local length = -1
    for id, deadline in string.gmatch(stored, '([^:|]+):(%d+)') do
      length = length + #id + #deadline + 2
      if number(deadline) > time then
        live[id] = deadline
      else
        expired = true
      end
    end
    if length ~= #stored then
      damaged()
    end
  end
  if expired then
    redis.call('HSET', tables, 't' .. name, text(advance_tables()))
    tell_of_table(name)
  end
  return live, expired
end

local function save_holders(name, live)
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

-- Opens the tables and does that, from the argument after the epoch's name on. Whatever it does may be done twice.
local function with_tables(key, process)
  local name = argument()
  local first = at + 1
  local function attempt()
    open_tables(key, name)
    process(first)
    if tables_told then
      tables_invalidations, tables_changed = tables_invalidations + 1, true
    end
    local now = text(tables_stamp) .. ':' .. tables_epoch .. ':' .. text(tables_invalidations)
    if tables_changed then
      redis.call('HSET', tables, 's', now)
    end
    if tables_told then
      tell_near_caches(tables, tables_listened, tables_epoch, tables_invalidations, tables_told)
    end
    return now
  end
  local done, result = pcall(attempt)
  if not done and is_damage(result) then
    redis.call('DEL', key)
    done, result = pcall(attempt)
  end
  if not done then
    error(result, 0)
  end
  return result
end
