-- Announces updates of tables: until the end no cached result of theirs is current.
--
-- ARGV[2] holder id, ARGV[3] lease in ms, ARGV[4...] tables
-- Returns the newest stamp.
for i = 4, #ARGV do
  local live = holders(ARGV[i])
  live[ARGV[2]] = deadline(ARGV[3])
  save(ARGV[i], live)
end
return { publish() }
