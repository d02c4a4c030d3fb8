-- Ends updates of tables: results from before this stamp are outdated. Also if the announcement was lost.
--
-- ARGV[2] holder id, ARGV[3...] tables
-- Returns the newest stamp.
for i = 3, #ARGV do
  local live = holders(ARGV[i])
  live[ARGV[2]] = nil
  save(ARGV[i], live)
  redis.call('HSET', tables, 't' .. ARGV[i], text(advance()))
end
return { publish() }
