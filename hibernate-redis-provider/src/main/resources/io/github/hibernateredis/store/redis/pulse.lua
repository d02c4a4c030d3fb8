-- Begins the region anew if the server is not the one that it was born in: a server that was restarted may have loaded an
-- older snapshot, a replica that took over may not have had all writes. Invalidates it for a caller who comes from another
-- server, though others have begun it anew here: if that one was taken for dead and was not, what the caller wrote there in
-- the meantime was confirmed to it and never came here.
-- Tells the newest stamp, and gives the region locks of the caller a new lease. A lock that is not found is not taken again: it
-- may have been released in this very moment.
--
-- ARGV[3] lease in ms, ARGV[4] the run of the server that the caller knows, or empty; ARGV[5...] ids of region locks
-- Returns the newest stamp; the server's time in microseconds; 1 if it expires hash fields for this user, 0 if not; the run of
-- the server.
local this_run = run()
if this_run ~= '' and redis.call('HGET', guards, 'i') ~= this_run then
  begin_anew()
elseif this_run ~= '' and ARGV[4] ~= '' and ARGV[4] ~= this_run then
  invalidate()
end
if #ARGV > 4 then
  local live = region_holders()
  for i = 5, #ARGV do
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
return { publish(), text(time), known and allowed and 1 or 0, this_run }
