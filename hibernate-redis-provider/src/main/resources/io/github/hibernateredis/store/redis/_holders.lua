-- The holders of a lock, or of an update of a table: '|<id>:<stamp>:<deadline>:<conflicted>|...|', in the order of their
-- deadlines: one that is added or renewed comes last. There may be hundreds, so scripts handle the text as a whole.
local NONE = '|'

-- The live holders in a field, and whether others had expired. As long as the first one is live, the others are, unless
-- instances have leases of different lengths, or the server's clock was set back. Then one may count as live for too
-- long, which is safe. With 'all', each is checked.
local function holders(field, all)
  local stored = guard(field)
  if not stored then
    return NONE, false
  end
  local first = string.match(stored, '^|[^:|]+:%d+:(%d+):[01]|')
  if not first or string.sub(stored, -1) ~= '|' then
    damaged()
  end
  if not all and checked(first) > time then
    return stored, false
  end
  local live, length = {}, 1
  for holder, stamp, ends in string.gmatch(stored, '([^:|]+:(%d+):(%d+):[01]|)') do
    length = length + #holder
    if checked(stamp) and checked(ends) > time then
      live[#live + 1] = holder
    end
  end
  if length ~= #stored then
    damaged()
  end
  local rest = NONE .. table.concat(live)
  return rest, rest ~= stored
end

-- The list without that holder; the stamp that it holds, and whether it is conflicted, if it was there.
local function take(list, id)
  if list == NONE then
    return list
  end
  local only, stamp, conflicted = string.match(list, '^|([^:|]+):(%d+):%d+:([01])|$')
  if only then
    if only == id then
      checked(stamp)
      return NONE, stamp, conflicted
    end
    return list
  end
  local start, colon = string.find(list, '|' .. id .. ':', 1, true)
  if not start then
    return list
  end
  local rest
  stamp, conflicted, rest = string.match(list, '^(%d+):%d+:([01])|()', colon + 1)
  if not stamp then
    damaged()
  end
  checked(stamp)
  return string.sub(list, 1, start) .. string.sub(list, rest), stamp, conflicted
end

local function with(list, id, stamp, ends, conflicted)
  return list .. id .. ':' .. stamp .. ':' .. ends .. ':' .. conflicted .. '|'
end

local function save(field, list)
  if list ~= NONE then
    set_guard(field, list)
  elseif guard(field) then
    set_guard(field, false)
  end
end
