-- Records the number of segments of a region. The first instance decides, the others adopt its number. If the record is
-- lost, an existing segment shows the number, or the next heartbeat of an instance restores it. With several segments,
-- the place of a single segment is blocked for instances that would start with it.
--
-- KEYS[1] layout: 'n' = segments, 'w' = how many the instance wants that started last. No TTL. KEYS[2], KEYS[3] guards
-- and data of a region with one segment
-- ARGV[1] the number that the caller uses or, if it knows none, wants; 0 if it wants none. ARGV[2] the number if no
-- instance wants any and this server needs more than one; ARGV[3] random name; ARGV[4] the request of the caller:
-- 'asks'; 'starts', wanting that number; or 'decides', whatever was recorded before
-- Returns the number of segments; the number that the instance wants that started last, or 0.
local layout, guards, data = KEYS[1], KEYS[2], KEYS[3]

local function possible(segments)
  local count = segments and tonumber(segments)
  return count and count % 1 == 0 and count >= 1 and count <= 1024 and count or nil
end

-- The server's own description; nothing if the user may not read it.
local function info(section, field)
  local told = redis.pcall('INFO', section)
  return type(told) == 'string' and string.match(told, field .. ':([%w-]+)') or ''
end

-- Whether one segment would be too large for one hash: a cluster stores a hash on one server, and a full server evicts
-- a whole hash at once.
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
