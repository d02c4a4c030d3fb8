-- What every script on the table stamps begins with.
--
-- The hash: 's' = newest stamp, epoch and number of invalidations, 'w' = until when near caches listen, 'v' = the stamp before
--         which every result is outdated, 't<table>' = the stamp of its last update, 'h<table>' = updates in progress, 'i' = the
--         run of the server that this was born in. Never a TTL.

-- What a script does to it is kept here until with_tables() ends, which writes it with one command of each kind.

local tables, tables_stamp, tables_epoch, tables_invalidations, tables_changed, tables_told
local tables_known, tables_touched

local function table_field(field)
  local value = tables_known[field]
  if value == nil then
    value = redis.call('HGET', tables, field)
    tables_known[field] = value
  end
  return value
end

-- No value removes the field.
local function set_table_field(field, value)
  tables_known[field] = value
  tables_touched[field] = true
end

local function open_tables(key, name, fields)
  tables, tables_changed, tables_told, tables_known, tables_touched = key, false, nil, {}, {}
  local head = redis.call('HMGET', tables, 's', 'v', 'w', unpack(fields))
  if head[1] and head[2] then
    local stamp, found, count = string.match(head[1], '^(%d+):(%w+):?(%d*)$')
    if not stamp then
      damaged()
    end
    number(head[2])
    tables_stamp, tables_epoch, tables_invalidations = number(stamp), found, count == '' and 0 or number(count)
    tables_known['w'] = head[3]
    for i, field in ipairs(fields) do
      tables_known[field] = head[i + 3]
    end
    return
  end
  -- Which tables were written is not known any more: results of an older epoch are outdated by its name. (I5)
  redis.call('DEL', tables)
  tables_stamp, tables_epoch, tables_changed = time, name, true
  tables_invalidations = 0
  set_table_field('v', text(time))
  set_table_field('i', run())
end

local function advance_tables()
  tables_stamp = math.max(time, tables_stamp + 1)
  tables_changed = true
  return text(tables_stamp)
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
  set_table_field('v', advance_tables())
  tables_told = ALL
end

local function deadline_of(lease)
  return text(time + tonumber(lease) * 1000)
end

-- The updates of a table that are in progress, '<id>:<deadline>' each. One that has expired may have been committed.
local function holders_of(name)
  local live, expired = {}, false
  local stored = table_field('h' .. name)
  if stored then
    local length = -1
    for id, deadline in string.gmatch(stored, '([^:|]+):(%d+)') do
      length = length + #id + #deadline + 2
      if checked(deadline) > time then
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
    set_table_field('t' .. name, advance_tables())
    tell_of_table(name)
  end
  return live, expired
end

local function save_holders(name, live)
  local parts = {}
  for id, deadline in pairs(live) do
    parts[#parts + 1] = id .. ':' .. deadline
  end
  set_table_field('h' .. name, #parts > 0 and table.concat(parts, '|'))
end

local function publish_tables()
  if tables_told then
    tables_invalidations, tables_changed = tables_invalidations + 1, true
  end
  local now = text(tables_stamp) .. ':' .. tables_epoch .. ':' .. text(tables_invalidations)
  if tables_changed then
    set_table_field('s', now)
  end
  local set, removed = {}, {}
  for field in pairs(tables_touched) do
    local value = tables_known[field]
    if value then
      set[#set + 1] = field
      set[#set + 1] = value
    else
      removed[#removed + 1] = field
    end
  end
  send('HSET', tables, set)
  send('HDEL', tables, removed)
  if tables_told then
    tell_near_caches(tables, tables_known['w'], tables_epoch, tables_invalidations, tables_told)
  end
  return now
end

-- Opens the tables and does that, from the argument after the epoch's name on. Whatever it does may be done twice. 'all' says that
-- the arguments from there on are tables, whose updates in progress are read with the first command.
local function with_tables(key, process, all)
  local name = argument()
  local first = at + 1
  local fields = {}
  if all then
    for i = first, math.min(#ARGV, first + 999) do
      fields[#fields + 1] = 'h' .. ARGV[i]
    end
  end
  local function attempt()
    open_tables(key, name, fields)
    process(first)
    return publish_tables()
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
