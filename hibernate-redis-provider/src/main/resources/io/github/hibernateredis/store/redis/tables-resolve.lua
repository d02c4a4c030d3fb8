-- Ends the updates of tables whose announcement has expired. A damaged stamp may have been any: the table counts as written.
--
-- ARGV[2...] tables
-- Returns the newest stamp.
for i = 2, #ARGV do
  local live, expired = holders(ARGV[i])
  if expired then
    save(ARGV[i], live)
  end
  local last = redis.call('HGET', tables, 't' .. ARGV[i])
  if last and not exact(last) then
    redis.call('HSET', tables, 't' .. ARGV[i], text(advance()))
  end
end
return { publish() }
