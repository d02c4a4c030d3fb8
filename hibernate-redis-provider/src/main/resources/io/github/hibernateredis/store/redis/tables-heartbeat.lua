-- Resets the stamps if they were created in another run of the server. Outdates all results if the caller's last
-- heartbeat reached another run, as a region's heartbeat does. Returns the newest stamp, and renews the leases of the
-- caller's markers. A missing marker is not created again, because its transaction may just have ended it.
--
-- KEYS[1] tables; ARGV[1] name of an epoch, ARGV[2] lease in ms, ARGV[3] the run of the server that the caller knows,
-- or empty; of each table: its name, number of markers, their ids
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
  while at < #ARGV do
    local name, own = argument(), {}
    for _ = 1, tonumber(argument()) do
      own[argument()] = true
    end
    local kept, renewed = {}, {}
    for holder, id, stamp, conflicted in string.gmatch(updates_of(name, true), '(([^:|]+):(%d+):%d+:([01])|)') do
      if own[id] then
        renewed[#renewed + 1] = with('', id, stamp, deadline(lease), conflicted)
      else
        kept[#kept + 1] = holder
      end
    end
    if #renewed > 0 then
      save('h' .. name, NONE .. table.concat(kept) .. table.concat(renewed))
    end
  end
  set_guard('q', text(time))
end, true)
return { line, run() }
