-- Invalidates segments. Live locks stay, but their values are older than the new version and are not stored.
--
-- KEYS of the segments; ARGV[1] their number; nothing for each
-- Returns for each its newest stamp.
return each_segment(tonumber(argument()), function()
  open({})
  invalidate()
  return publish()
end)
