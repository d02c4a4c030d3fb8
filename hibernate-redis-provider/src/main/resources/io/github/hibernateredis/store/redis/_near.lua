-- The messages for near caches. Channels: '<key of the guards, or of the tables>:near'.

-- Any entry may have been written.
local ALL = {}

-- Publishes to listening near caches that they must drop these keys, or all: '<epoch>:<number>;' and '*', or
-- '<length>:<key>' for each key. If the user may not publish, near caches detect the missing message by the number.
--
-- listened: '<until>:<until>' by the server's time in microseconds, for plain channels and for sharded ones
local function tell_near_caches(key, listened, epoch, number, dropped)
  local plain, sharded = string.match(listened or '', '^(%d+):(%d+)$')
  plain, sharded = tonumber(plain or 0) > time, tonumber(sharded or 0) > time
  if not plain and not sharded then
    return
  end
  local parts = {}
  for i, each in ipairs(dropped) do
    parts[i] = #each .. ':' .. each
  end
  local message = epoch .. ':' .. text(number) .. ';' .. (dropped == ALL and '*' or table.concat(parts))
  if plain then
    redis.pcall('PUBLISH', key .. ':near', message)
  end
  if sharded then
    redis.pcall('SPUBLISH', key .. ':near', message)
  end
end

-- Until when near caches listen, if another one starts to listen now; nothing if the field need not be written.
local function listening(known, sharded, millis)
  local untils = { string.match(known or '', '^(%d+):(%d+)$') }
  untils[1], untils[2] = untils[1] or '0', untils[2] or '0'
  local kind = sharded and 2 or 1
  if tonumber(untils[kind]) > time + millis * 500 then
    return nil
  end
  untils[kind] = text(time + millis * 1000)
  return untils[1] .. ':' .. untils[2]
end
