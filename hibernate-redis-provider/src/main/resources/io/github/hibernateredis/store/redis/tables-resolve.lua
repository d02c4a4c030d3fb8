-- Ends the updates of tables with expired markers, and checks that the stamps of these tables can be parsed.
--
-- KEYS[1] tables; ARGV[1] name of an epoch, ARGV[2...] tables
-- Returns the newest stamp.
return { with_tables(function()
  for i = at + 1, #ARGV do
    local last = guard('t' .. ARGV[i])
    if last then
      number(last)
    end
    updates_of(ARGV[i], true)
  end
end) }
