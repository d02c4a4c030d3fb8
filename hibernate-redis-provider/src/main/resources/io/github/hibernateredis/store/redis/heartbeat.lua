-- Begins segments anew if the server is not the one that they were born in: a server that was restarted may have loaded an
-- older snapshot, a replica that took over may not have had all writes. Invalidates them for a caller who comes from another
-- server, though others have begun them anew here: if that one was taken for dead and was not, what the caller wrote there in
-- the meantime was confirmed to it and never came here.
-- Tells the newest stamp, and gives the region locks of the caller a new lease. A lock that is not found is not taken again: it
-- may have been released in this very moment.
--
-- KEYS of the segments; ARGV[1] their number, ARGV[2] lease in ms, ARGV[3] number of region locks, their ids; of each segment: the
-- run of the server that the caller knows, or empty
-- Returns of each its newest stamp; the server's time in microseconds; 1 if it expires hash fields for this user, 0 if not; the
-- run of the server, with blanks.
local segments, lease, locks = tonumber(argument()), argument(), tonumber(argument())
local first = at
at = first + locks
-- Asked, not tried: trying an unknown command would count in the server's error statistics, every second. (Before 7.0 there
-- is neither the question nor the command.)
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
    local live = region_holders()
    for i = first + 1, first + locks do
      local mine = take(live, ARGV[i])
      if mine then
        mine.deadline = deadline(lease)
        live[#live + 1] = mine
      end
    end
    save('r', live)
  end
  return publish() .. ' ' .. text(time) .. ' ' .. (known_command and allowed and 1 or 0) .. ' ' .. run()
end)
