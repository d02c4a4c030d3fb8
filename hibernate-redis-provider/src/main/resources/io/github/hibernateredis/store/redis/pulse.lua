-- Begins the region anew if the server is not the one that it was born in: a server that was restarted may have loaded an
-- older snapshot, a replica that took over may not have had all writes. Tells the newest stamp, and gives the region locks of the caller a new lease. A lock that is not found is not taken
-- again: it may have been released in this very moment.
--
-- ARGV[3] lease in ms, ARGV[4...] ids of region locks
-- Returns the newest stamp; the server's time in microseconds; 1 if it expires hash fields for this user, 0 if not.
local this_run = run()
if this_run ~= '' and redis.call('HGET', guards, 'i') ~= this_run then
  begin_anew()
end
if #ARGV > 3 then
  local live = region_holders()
  for i = 4, #ARGV do
    local mine = take(live, ARGV[i])
    if mine then
      mine.deadline = deadline(ARGV[3])
      live[#live + 1] = mine
    end
  end
  save('r', live)
end
-- Asked, not tried: trying an unknown command would count in the server's error statistics, every second. (Before 7.0 there
-- is neither the question nor the command.)
local known, allowed = pcall(redis.acl_check_cmd, 'HPEXPIRE', data, 1, 'FIELDS', 1, '!')
return { publish(), text(time), known and allowed and 1 or 0 }
