-- Begins anew if the server is not the one that the stamps were born in, as a region does. Tells the newest stamp, and gives announcements of the caller a new lease. One that is not found is not made again: it
-- may have been ended in this very moment.
--
-- ARGV[2] lease in ms, ARGV[3], ARGV[4], ... holder id, table, holder id, table, ...
-- Returns the newest stamp.
local this_run = run()
if this_run ~= '' and redis.call('HGET', tables, 'i') ~= this_run then
  begin_anew()
end
for i = 3, #ARGV - 1, 2 do
  local live, expired = holders(ARGV[i + 1])
  if live[ARGV[i]] then
    live[ARGV[i]] = deadline(ARGV[2])
    expired = true
  end
  if expired then
    save(ARGV[i + 1], live)
  end
end
return { publish() }
