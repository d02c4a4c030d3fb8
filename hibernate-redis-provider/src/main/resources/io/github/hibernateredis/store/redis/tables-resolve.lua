-- Ends the updates of tables with expired markers, and checks that the stamps of these tables can be parsed.
--
-- KEYS[1] tables; ARGV[1] name of an epoch, ARGV[2...] tables
-- Returns the newest stamp.
return { with_tables(KEYS[1], function(first)
  for i = first, #ARGV do
    local live, expired = holders_of(ARGV[i])
    local last = table_field('t' .. ARGV[i])
    if last then
      number(last)
    end
    if expired then
      save_holders(ARGV[i], live)
    end
  end
end) }
