-- Resets segments that were created in another run of the server: a restarted server may have loaded an older snapshot,
-- and a promoted replica may lack writes. Invalidates the segments if the caller's last heartbeat reached another run,
-- even if other instances have reset them here. If the other server was only believed dead, it has confirmed writes of
-- the caller that never arrived here.
-- Returns the newest stamp, and renews the leases of the caller's region locks. A missing lock is not created again,
-- because it may just have been released.
--
-- KEYS of the segments; ARGV[1] their number, ARGV[2] lease in ms, ARGV[3] number of region locks, their ids; for each
-- segment: the run of the server that the caller knows, or empty
-- Returns for each its newest stamp; the server's time in microseconds; 1 if the server expires hash fields and the
-- user may use that, otherwise 0; the run of the server; separated by spaces.
local segments, lease, locks = tonumber(argument()), argument(), tonumber(argument())
local first = at
at = first + locks
-- Asks for the command instead of trying it: an unknown command would be counted in the server's error statistics every
-- second. Before 7.0 neither the question nor the command exists.
local known_command, allowed = pcall(redis.acl_check_cmd, 'HPEXPIRE', KEYS[2], 1, 'FIELDS', 1, '!')
return each_segment(segments, function()
  local known_run = argument()
  open({ 'i' })
  if run() ~= '' and guard('i') ~= run() then
    drop()
    open({})
  elseif run() ~= '' and known_run ~= '' and known_run ~= run() then
    invalidate()
  end
  if locks > 0 then
    local list = region_holders()
    for i = first + 1, first + locks do
      local others, stamp, conflicted = take(list, ARGV[i])
      if stamp then
        list = with(others, ARGV[i], stamp, deadline(lease), conflicted)
      end
    end
    save('r', list)
  end
  return publish() .. ' ' .. text(time) .. ' ' .. (known_command and allowed and 1 or 0) .. ' ' .. run()
end)
