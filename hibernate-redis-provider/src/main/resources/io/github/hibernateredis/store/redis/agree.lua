-- In how many segments a region lies. The first instance decides, the others follow. If the agreement is lost, what was there
-- before tells it, or the next heartbeat of any instance. Where there are several segments, the place of the only one is closed for
-- whoever would begin with it.
--
-- KEYS[1] layout: 'n' = segments, 'w' = how many the instance wants that started last. No TTL. KEYS[2], KEYS[3] guards and data that the region has if it has one segment
-- ARGV[1] segments that the caller uses, or wants if it does not know; 0 if it wants none. ARGV[2] how many if nobody wants any and
-- this server calls for more than one; ARGV[3] random name; ARGV[4] what the caller does:
-- 'asks'; 'starts', wanting so many; or 'decides', whatever was before
-- Returns the segments; how many the instance wants that started last, or 0.
local layout, guards, data = KEYS[1], KEYS[2], KEYS[3]

local function possible(segments)
  local count = segments and tonumber(segments)
  return count and count % 1 == 0 and count >= 1 and count <= 1024 and count or nil
end

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

local function read(key, field)
  local value = redis.pcall('HGET', key, field)
  return type(value) == 'string' and value or nil
end

local function segments_there()
  return possible(string.match(read(guards, 's') or '', '^%d+:(%d+)%-%w+'))
end

local wanted = possible(ARGV[1])
local stored = possible(read(layout, 'n'))
local segments = ARGV[4] == 'decides' and wanted or stored or segments_there() or wanted
  or is_spread_needed() and tonumber(ARGV[2]) or 1
local newest = ARGV[4] ~= 'asks' and wanted or possible(read(layout, 'w')) or 0
if segments ~= stored then
  redis.call('DEL', layout)
end
if segments ~= stored or ARGV[4] ~= 'asks' then
  redis.call('HSET', layout, 'n', segments, 'w', newest)
end
if segments > 1 and segments_there() ~= segments then
  redis.call('DEL', guards)
  redis.call('UNLINK', data)
  redis.call('HSET', guards, 's', text(time) .. ':' .. segments .. '-' .. ARGV[3] .. ':0', 'v', text(time))
end
return { segments, newest }
