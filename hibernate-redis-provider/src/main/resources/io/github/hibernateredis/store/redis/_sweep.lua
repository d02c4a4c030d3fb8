-- What scripts that store values do for the size of a segment.

-- Every so many items that a script may have stored it looks at about so many items, and every so many entries that it
-- is called for, at about so many guards. That makes four items for each that was stored, and two in a large script:
-- were it one or less, puts of ever new keys would bring in items faster than expired ones are found, and the map would
-- grow for ever. As long as the last look has found none that had expired, a large script looks at no more than a small
-- one: looking costs about as much as storing. It makes half a guard for each entry: only locks that no instance has
-- ended grow old.
local ITEMS_EVERY, GUARDS_EVERY, SWEEP_COUNT = 8, 64, 32

-- Now and then, a bounded look at some fields, after so many entries, of which so many may have been stored. A server
-- that expires items by itself needs no help with those.
local function sweep(field_expiry, entries, stored)
  local due = time % GUARDS_EVERY < entries
  local items_due = field_expiry == '0' and time % ITEMS_EVERY < stored
  if not due and not items_due then
    return
  end

  -- Ends expired locks that no session asks for, and drops watermarks that the region version makes superfluous.
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
        key_holders(field, bucket, key)
      end
    end
    return page[1]
  end

  -- Reclaims items that have expired; returns whether there were any.
  local function sweep_items(cursor, count)
    local page, found = redis.call('HSCAN', data, cursor, 'COUNT', count), false
    for i = 1, #page[2], 2 do
      local field = page[2][i]
      if field ~= '!s' and items[field] == nil and not is_live(page[2][i + 1]) and not lasts(page[2][i + 1], LOADING) then
        items[field] = false
        found = true
      end
    end
    return page[1], found
  end

  local guard_cursor, item_cursor, all_live = string.match(guard('c') or '', '^(%d+) (%d+)( ?l?)$')
  guard_cursor, item_cursor = guard_cursor or '0', item_cursor or '0'
  local found = all_live ~= ' l'
  if due then
    guard_cursor = sweep_guards(guard_cursor, math.max(SWEEP_COUNT, math.floor(entries / 2)))
  end
  if items_due then
    item_cursor, found = sweep_items(item_cursor, math.max(SWEEP_COUNT, found and 2 * stored or 0))
  end
  set_guard('c', guard_cursor .. ' ' .. item_cursor .. (found and '' or ' l'))
end

-- Where items are bounded, takes out as many as are too many, at random: reads leave no trace by which others would be
-- better. So that no script takes long, no more than a few for each entry; where the bound was lowered the next scripts
-- continue. If the user may not do so there is no bound, and no script that has written fails.
local function trim(entries)
  local length = most and redis.pcall('HLEN', data)
  local excess = type(length) == 'number' and math.min(length - 1 - most, 4 * entries + 16) or 0
  if excess > 0 then
    local fields, any = {}, redis.pcall('HRANDFIELD', data, excess + 1)
    for _, field in ipairs(any) do
      if field ~= '!s' and #fields < excess then
        fields[#fields + 1] = field
      end
    end
    send('HDEL', data, fields)
  end
end
