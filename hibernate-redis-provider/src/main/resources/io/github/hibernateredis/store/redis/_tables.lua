-- What every script on the table stamps begins with.
--
-- The hash: 's' = newest stamp, epoch and number of invalidations, 'w' = until when near caches listen, 'v' = the stamp
--         before which every result is outdated, 't<table>' = the stamp of its last update, 'h<table>' = updates in
--         progress, 'i' = the run id of the server that this was created on. Never a TTL.

-- What a script does to it is kept here until with_tables() ends, which writes it with one command of each kind.

local tables, tables_stamp, tables_epoch, tables_invalidations, tables_changed, tables_dropped
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
  tables, tables_changed, tables_dropped, tables_known, tables_touched = key, false, nil, {}, {}
  local head = redis.call('HMGET', tables, 's', 'v', 'w', unpack(fields))
  if head[1] and head[2] then
    local stamp, found, count = string.match(head[1], '^(%d+):(%w+):?(%d*)$')
    if not stamp then
      damaged()
    end
    number(head[2])
    tables_stamp, tables_epoch, tables_invalidations = checked(stamp), found, count == '' and 0 or checked(count)
    tables_known['w'] = head[3]
    for i = 1, #fields do
      tables_known[fields[i]] = head[i + 3]
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

-- Near caches must drop what they know of the table.
local function drop_near_table(name)
  tables_dropped = tables_dropped or {}
  if tables_dropped ~= ALL then
    tables_dropped[#tables_dropped + 1] = name
  end
end

-- Every result there is is outdated.
local function outdate_tables()
  set_table_field('v', advance_tables())
  tables_dropped = ALL
end

-- The updates of a table that are in progress, '<id>:<deadline>' each. One that has expired may have been committed.
local function holders_of(name)
  local stored = table_field('h' .. name)
  if not stored then
    return {}, false
  end
  local live, expired, length = {}, false, -1
  for id, ends in string.gmatch(stored, '([^:|]+):(%d+)') do
    length = length + #id + #ends + 2
    if checked(ends) > time then
      live[id] = ends
    else
      expired = true
    end
  end
  if length ~= #stored then
    damaged()
  end
  if expired then
    set_table_field('t' .. name, advance_tables())
    drop_near_table(name)
  end
  return live, expired
end

local function save_holders(name, live)
  local joined = false
  for id, ends in pairs(live) do
    local one = id .. ':' .. ends
    joined = joined and joined .. '|' .. one or one
  end
  set_table_field('h' .. name, joined)
end

local function publish_tables()
  if tables_dropped then
    tables_invalidations, tables_changed = tables_invalidations + 1, true
  end
  local now = text(tables_stamp) .. ':' .. tables_epoch .. ':' .. text(tables_invalidations)
  if tables_changed then
    set_table_field('s', now)
  end
  local set, unset = {}, nil
  for field in pairs(tables_touched) do
    local value = tables_known[field]
    if value then
      set[#set + 1] = field
      set[#set + 1] = value
    else
      unset = unset or {}
      unset[#unset + 1] = field
    end
  end
  send('HSET', tables, set)
  if unset then
    send('HDEL', tables, unset)
  end
  if tables_dropped and tables_known['w'] then
    publish_invalidations(tables, tables_known['w'], tables_epoch, tables_invalidations, tables_dropped)
  end
  return now
end

-- Opens the tables and does that, from the argument after the epoch's name on. Whatever it does may be done twice.
-- 'all' says that the arguments from there on are tables, whose updates in progress are read with the first command.
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
