-- What every script that writes begins with: the server's time in microseconds, and a reader of the arguments.

local clock = redis.call('TIME')
local time = tonumber(clock[1]) * 1000000 + tonumber(clock[2])

local at = 0

local function argument()
  at = at + 1
  return ARGV[at]
end

local function text(number)
  return string.format('%.0f', number)
end

local this_run

-- Which process the server is; empty if the user may not ask.
local function run()
  if not this_run then
    local info = redis.pcall('INFO', 'server')
    this_run = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or ''
  end
  return this_run
end

-- Somebody else wrote here, or the bytes are damaged. What is found so is reset: it would fail every script for ever.
local function damaged()
  error('DAMAGED', 0)
end

local function is_damage(failure)
  local message = type(failure) == 'table' and failure.err or failure
  return message == 'DAMAGED' or string.find(message, 'WRONGTYPE', 1, true) ~= nil
end

-- A number that a script has written. They stay below 2^53, where a Lua number is exact.
local function number(written)
  local value = string.find(written, '^%d+$') and tonumber(written)
  if not value or value >= 9007199254740992 then
    damaged()
  end
  return value
end
