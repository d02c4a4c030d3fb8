-- Ends the updates of tables whose announcement has expired.
--
-- ARGV[2...] tables
-- Returns the newest stamp.
for i = 2, #ARGV do
  local live, expired = holders(ARGV[i])
  if expired then
    save(ARGV[i], live)
  end
end
return { publish() }
