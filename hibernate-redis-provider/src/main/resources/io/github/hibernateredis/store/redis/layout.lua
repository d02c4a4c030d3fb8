-- In how many segments a region lies. The node that starts last decides, and each decision is a generation of its own: a
-- segment of a newer generation refuses whoever comes with an older one, so nobody goes on where others do not look.
--
-- KEYS[1] layout: 'n' = segments, 'g' = generation, 'p' = former numbers of segments that may still be in use. No TTL; if it
--         is not there, one segment and generation 0.
-- ARGV[1] segments that the caller decides for; 0 to ask; a negative number to decide for as many if nothing was ever decided and
-- this server calls for more than one. ARGV[2], ARGV[3] segments and generation of the newest layout that it
-- knows of; ARGV[4] former numbers, as they were returned, in which nobody is at work any more
-- Returns segments; generation; former numbers, with commas.
local MOST = 1024 -- segments
local stored = redis.call('HMGET', KEYS[1], 'n', 'g', 'p')
local segments, generation, former = tonumber(stored[1]), tonumber(stored[2]), stored[3] or ''
local possible = segments and segments % 1 == 0 and segments >= 1 and segments <= MOST
  and generation and generation % 1 == 0 and generation >= 0 and generation < 1e15
  and #former <= 100 and string.match(former, '^[%d,]*$') and not string.match(former, '%d%d%d%d%d')
if not possible then
  segments, generation, former = 1, 0, '' -- nothing was decided, or somebody else wrote here
end
local wanted, known, seen = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local changed = false

-- What the server says of itself; nothing if the user may not ask.
local function info(section, field)
  local told = redis.pcall('INFO', section)
  return type(told) == 'string' and string.match(told, field .. ':([%w-]+)') or ''
end

-- Whether one segment would be too much for one hash: it is all on one server of a cluster, and a server that is full evicts
-- all of it at once.
local function is_spread_needed()
  return info('cluster', 'cluster_enabled') == '1'
    or (tonumber(info('memory', 'maxmemory')) or 0) > 0 and info('memory', 'maxmemory_policy') ~= 'noeviction'
end

local function leave(number)
  former = (former == '' and '' or former .. ',') .. string.format('%d', number)
end

if former ~= '' and former == ARGV[4] and generation == seen then
  former, changed = '', true
end
if generation < seen then
  -- The agreement was lost, or is from before its last change: what is in use is in force.
  if known ~= segments then
    leave(segments)
  end
  segments, generation, changed = known, seen, true
elseif generation == seen and segments ~= known then
  -- It was lost, and somebody has decided again who did not know of what is in use.
  leave(known)
  generation, changed = generation + 1, true
end
if wanted < 0 then
  wanted = not possible and seen == 0 and is_spread_needed() and -wanted or 0
end
if wanted > 0 and not possible then
  changed = true -- those for whom nothing is set are to go by it
end
if wanted > 0 and wanted ~= segments then
  leave(segments)
  segments, generation, changed = wanted, generation + 1, true
end
if changed then
  redis.call('HSET', KEYS[1], 'n', segments, 'g', generation, 'p', former)
end
return { segments, generation, former }
