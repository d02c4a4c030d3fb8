-- Invalidates segments and refuses every put while the lock is live.
--
-- KEYS of the segments; ARGV[1] their number, ARGV[2] lock id, ARGV[3] lease in ms; nothing for each
-- Returns for each its newest stamp.
local segments, id, lease = tonumber(argument()), argument(), argument()
return each_segment(segments, function()
  open({})
  save('r', with(take(region_holders(), id), id, text(s), deadline(lease), '0'))
  invalidate()
  return publish()
end)
