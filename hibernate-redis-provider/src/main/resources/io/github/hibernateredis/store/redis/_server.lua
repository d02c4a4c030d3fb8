-- What every script that writes begins with: the server's time in microseconds, and how arguments and numbers are read
-- and written. A script runs all of this text each time it is called. Functions that few scripts need are in files of
-- their own, or inside the function that needs them: each one that is made costs time.

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

-- The run id of the server; empty if the user may not ask.
local function run()
  if not this_run then
    local info = redis.pcall('INFO', 'server')
    this_run = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or ''
  end
  return this_run
end

local lease_read, lease_ends

-- When a lease of so many milliseconds that begins now ends.
local function deadline(lease)
  if lease_read ~= lease then
    lease_read, lease_ends = lease, text(time + tonumber(lease) * 1000)
  end
  return lease_ends
end

-- Another program wrote here, or the bytes are damaged. The script resets what it finds so: otherwise every script
-- would fail.
local function damaged()
  error('DAMAGED', 0)
end

local function is_damage(failure)
  local message = type(failure) == 'table' and failure.err or failure
  return message == 'DAMAGED' or string.find(message, 'WRONGTYPE', 1, true) ~= nil
end

-- A number that a script has written, of digits alone. They stay below 2^53, where a Lua number is exact.
local function checked(digits)
  local value = tonumber(digits)
  if value >= 9007199254740992 then
    damaged()
  end
  return value
end

local function number(written)
  if not string.find(written, '^%d+$') then
    damaged()
  end
  return checked(written)
end

local function send(command, key, list)
  for i = 1, #list, 2000 do
    redis.call(command, key, unpack(list, i, math.min(i + 1999, #list)))
  end
end
