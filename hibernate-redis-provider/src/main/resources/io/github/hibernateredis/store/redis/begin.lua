-- Takes the soft locks of keys and marks tables, or renews both. Until the script 'end' no read of the keys is a hit,
-- no load of them is stored, and no cached result of the tables is current.
--
-- KEYS of the segments; the tables' if ARGV[3] is not empty
-- ARGV[1] lease in ms, ARGV[2] number of segments, ARGV[3] id of the tables' marker or empty; of each segment: key,
-- bucket, lock id, opening stamp of the session, ...; name of an epoch of the tables, tables
-- Returns of each segment its newest stamp and the stamp that each lock is held with, with blanks; of the tables their
-- newest stamp.
local ends, segments, marker = deadline(argument()), tonumber(argument()), argument()

local function lock_keys(length)
  local first, fields = at, {}
  for i = first + 1, first + length, 4 do
    fields[#fields + 1] = lock_field(ARGV[i + 1], ARGV[i])
    fields[#fields + 1] = 'f' .. ARGV[i + 1]
  end
  open(fields)
  local held = {}
  for i = first + 1, first + length, 4 do
    local key, bucket, id, opening = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
    local field = fields[2 * #held + 1]
    local list = known[field] and key_holders(field, bucket, key) or NONE
    items[key] = false
    local others, stamp, conflicted = take(list, id)
    if not stamp then
      stamp, conflicted = stamp_text(), '0'
      drop_near(key)
      if others ~= NONE then
        others = conflict(others)
        conflicted = '1'
      end
      -- An update may write some columns only. What the session says of the others is from before the write that it
      -- missed.
      if not is_recent(opening, bucket) then
        conflicted = '1'
      end
    end
    save(field, with(others, id, stamp, ends, conflicted))
    held[#held + 1] = stamp
  end
  return publish() .. ' ' .. table.concat(held, ' ')
end

local replies = each_segment(segments, lock_keys)
if marker ~= '' then
  -- A server that is full refuses what may take memory as the first write of a script. Where items are locked, their
  -- removal was the first.
  local is_first = true
  for _, reply in ipairs(replies) do
    is_first = is_first and string.sub(reply, 1, 1) == '!'
  end
  if is_first then
    redis.pcall('HDEL', KEYS[#KEYS], '!')
  end
  replies[#replies + 1] = with_tables(function()
    for i = at + 1, #ARGV do
      local others, mine = take(updates_of(ARGV[i]), marker)
      if not mine then
        drop_near(ARGV[i])
      end
      save('h' .. ARGV[i], with(others, marker, stamp_text(), ends, '0'))
    end
  end)
end
return replies
