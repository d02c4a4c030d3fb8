-- What every script on the table stamps begins with. They are a segment without data.
--
-- Guards: 's', 'w', 'i' as in every segment, 'v' = the stamp before which every result is outdated, 't<table>' = the
--         stamp of its last update, 'h<table>' = holders: updates in progress. Never a TTL.

-- The results of the table that exist are outdated.
local function outdate(name)
  advance()
  set_guard('t' .. name, stamp_text())
end

-- The updates of a table that are in progress. One that has expired may have been committed.
local function updates_of(name, all)
  local list, expired = holders('h' .. name, all)
  if expired then
    outdate(name)
    drop_near(name)
    save('h' .. name, list)
  end
  return list
end

-- Opens the table stamps and does that, from the argument after the epoch's name on. The updates in progress of the
-- tables that follow are read with the first command. Returns the newest stamp.
local function with_tables(process, no_tables)
  guards, data, candidate = KEYS[#KEYS], nil, argument()
  local fields = {}
  if not no_tables then
    for i = at + 1, math.min(#ARGV, at + 1000) do
      fields[#fields + 1] = 'h' .. ARGV[i]
    end
  end
  return attempt(function()
    open(fields)
    process()
    return publish()
  end, #ARGV - at)
end
