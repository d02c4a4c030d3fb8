-- Begins anew if the server is not the one that the stamps were born in, and outdates all results for a caller who comes from
-- another one, as a region does. Tells the newest stamp, and gives announcements of the caller a new lease. One that is not found
-- is not made again: it may have been ended in this very moment.
--
-- ARGV[2] lease in ms, ARGV[3] the run of the server that the caller knows, or empty; ARGV[4], ARGV[5], ... holder id, table,
-- holder id, table, ...
-- Leaves a sign that an instance is at work which caches the results of queries, for those that do not.
-- Returns the newest stamp; the run of the server.
local this_run = run()
if this_run ~= '' and redis.call('HGET', tables, 'i') ~= this_run then
  begin_anew()
elseif this_run ~= '' and ARGV[3] ~= '' and ARGV[3] ~= this_run then
  redis.call('HSET', tables, 'v', text(advance()))
end
for i = 4, #ARGV - 1, 2 do
  local live, expired = holders(ARGV[i + 1])
  if live[ARGV[i]] then
    live[ARGV[i]] = deadline(ARGV[2])
    expired = true
  end
  if expired then
    save(ARGV[i + 1], live)
  end
end
redis.call('HSET', tables, 'q', text(time))
return { publish(), this_run }
