-- Invalidations for near caches. Channels: '<key of the guards, or of the tables>:near'.

-- Every entry.
local ALL = {}

-- Publishes to listening near caches which keys they must drop: '<epoch>:<number>;' and '*', or '<length>:<key>' for
-- each key. If the user may not publish, near caches detect the missing message by the number.
--
-- listened: '<until>:<until>' by the server's time in microseconds, on plain channels and on sharded ones
local function publish_invalidations(key, listened, epoch, number, dropped)
  local plain, sharded = string.match(listened, '^(%d+):(%d+)$')
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
