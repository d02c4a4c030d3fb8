-- Resets the stamps if they were created in another run of the server. Outdates all results if the caller's last
-- heartbeat reached another run, as a region's heartbeat does. Returns the newest stamp, and renews the leases of the
-- caller's markers. A missing marker is not created again, because its transaction may just have ended it.
--
-- KEYS[1] tables; ARGV[1] name of an epoch, ARGV[2] lease in ms, ARGV[3] the run of the server that the caller knows,
-- or empty; ARGV[4], ARGV[5], ... marker's id, table, marker's id, table, ...
-- Writes a sign of life for instances that do not cache query results: they warn if another instance does.
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
