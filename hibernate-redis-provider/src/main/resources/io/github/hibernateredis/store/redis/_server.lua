-- What every script that writes begins with: the server's time in microseconds, and who it is.

local clock = redis.call('TIME')
local time = tonumber(clock[1]) * 1000000 + tonumber(clock[2])

local function text(number)
  return string.format('%.0f', number)
end

-- Which process this is; empty if the user may not ask.
local function run()
  local info = redis.pcall('INFO', 'server')
  return type(info) == 'string' and string.match(info, 'run_id:(%w+)') or ''
end

-- The number that a field holds, or nil if it is damaged: beyond 2^53 a Lua number is not exact.
local function exact(stored)
  local number = type(stored) == 'string' and string.match(stored, '^%d+$') and tonumber(stored)
  return number and number < 9007199254740992 and number or nil
end

-- The number and the incarnation of a stamp; nil if it is not there or is damaged.
local function stamp_of(stored)
  local number, name = string.match(type(stored) == 'string' and stored or '', '^(%d+):(.+)$')
  number = exact(number)
  if number then
    return number, name
  end
end

-- Some fields of a hash; nothing if the key holds something else, which nobody can use.
local function fields_of(key, ...)
  local found = redis.pcall('HMGET', key, ...)
  if found.err then
    redis.call('DEL', key)
    return {}
  end
  return found
end

