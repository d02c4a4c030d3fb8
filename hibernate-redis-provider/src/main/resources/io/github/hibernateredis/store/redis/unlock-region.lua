-- Ends a region lock and invalidates segments again: sessions that opened during the lock have read rows from before
-- the commit.
--
-- KEYS of the segments; ARGV[1] their number, ARGV[2] lock id; nothing for each
-- Returns for each its newest stamp.
local segments, id = tonumber(argument()), argument()
return each_segment(segments, function()
  open({})
  save('r', (take(region_holders(), id)))
  invalidate()
  return publish()
end)
