-- Resets the stamps if they were created in another run of the server. Outdates all results if the caller's last
-- heartbeat reached another run, as a region's heartbeat does. Returns the newest stamp, and renews the leases of the
-- caller's markers. A missing marker is not created again, because its transaction may just have ended it.
--
-- KEYS[1] tables; ARGV[1] name of an epoch, ARGV[2] lease in ms, ARGV[3] the run of the server that the caller knows,
-- or empty; ARGV[4], ARGV[5], ... marker's id, table, marker's id, table, ...
-- Writes a sign of life for instances that do not cache query results: they warn if another instance does.
-- Returns the newest stamp; the run of the server.
local line = with_tables(function()
  local lease, known_run = argument(), argument()
  if run() ~= '' and guard('i') ~= run() then
    drop()
    open({})
  elseif run() ~= '' and known_run ~= '' and known_run ~= run() then
    invalidate()
  end
  for i = at + 1, #ARGV - 1, 2 do
    local id, name = ARGV[i], ARGV[i + 1]
    local others, stamp, conflicted = take(updates_of(name, true), id)
    if stamp then
      save('h' .. name, with(others, id, stamp, deadline(lease), conflicted))
    end
  end
  set_guard('q', text(time))
end, true)
return { line, run() }
