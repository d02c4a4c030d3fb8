-- Invalidates segments; live locks stay, but what they hold is older than the new version and is not stored.
--
-- KEYS of the segments; ARGV[1] their number; nothing of each
-- Returns of each its newest stamp.
return each_segment(tonumber(argument()), function()
  open({})
  invalidate()
  return publish()
end)
