-- Begins anew if the server is not the one that the stamps were born in, and outdates all results for a caller who comes from
-- another one, as a region does. Tells the newest stamp, and gives markers of the caller a new lease. One that is not found
-- is not made again: it may have been ended in this very moment.
--
-- KEYS[1] tables; ARGV[1] name of an epoch, ARGV[2] lease in ms, ARGV[3] the run of the server that the caller knows, or empty;
-- ARGV[4], ARGV[5], ... marker's id, table, marker's id, table, ...
-- Leaves a sign, for instances that do not cache the results of queries, that one is at work that does.
-- Returns the newest stamp; the run of the server.
local line = with_tables(KEYS[1], function(first)
  local lease, known_run = ARGV[first], ARGV[first + 1]
  if run() ~= '' and table_field('i') ~= run() then
    redis.call('DEL', tables)
    open_tables(KEYS[1], ARGV[1], {})
  elseif run() ~= '' and known_run ~= '' and known_run ~= run() then
    outdate_tables()
  end
  for i = first + 2, #ARGV - 1, 2 do
    local live, expired = holders_of(ARGV[i + 1])
    if live[ARGV[i]] then
      live[ARGV[i]] = deadline(lease)
      expired = true
    end
    if expired then
      save_holders(ARGV[i + 1], live)
    end
  end
  set_table_field('q', text(time))
end)
return { line, run() }
