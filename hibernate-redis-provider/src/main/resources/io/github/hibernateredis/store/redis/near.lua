-- The heartbeat of near caches: returns the numbers of invalidations, and makes scripts publish the next ones. Like any
-- heartbeat it resets metadata that was created in another run of the server.
--
-- KEYS of the segments; the tables' if ARGV[4] is '1'
-- ARGV[1] number of segments; ARGV[2] for how many ms the next invalidations are published; ARGV[3] '1' = on sharded
-- channels if the server has them; ARGV[4] '1' = the tables, too; nothing for each segment; then the name of an epoch
-- of the tables
-- Returns for each segment its newest stamp; 1 if this user may subscribe and publish; 's' = sharded or 'p' = plain
-- channel; separated by spaces; for the tables the same.
local segments, millis, sharded = tonumber(argument()), tonumber(argument()), argument() == '1'
local with_stamps = argument() == '1'

-- Before Redis 7.0 neither sharded channels nor such questions exist.
sharded = sharded and redis.acl_check_cmd ~= nil

-- Until when near caches listen, if another one does from now on; nothing if that need not be written.
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

local function may(...)
  return redis.acl_check_cmd == nil or redis.acl_check_cmd(...)
end

local function channel_of(key)
  local kind, channel = sharded and 'S' or '', key .. ':near'
  local allowed = may(kind .. 'PUBLISH', channel, '') and may(kind .. 'SUBSCRIBE', channel)
  return ' ' .. (allowed and '1' or '0') .. ' ' .. (sharded and 's' or 'p')
end

local function listen()
  open({ 'i' })
  if run() ~= '' and guard('i') ~= run() then
    drop() -- another server has taken over, whose count may be lower
    open({})
  end
  local untils = listening(known['w'], sharded, millis)
  if untils then
    set_guard('w', untils)
  end
  return publish() .. channel_of(guards)
end

local replies = each_segment(segments, listen)
if with_stamps then
  guards, data, candidate = KEYS[#KEYS], nil, argument()
  replies[#replies + 1] = attempt(listen, 0)
end
return replies
