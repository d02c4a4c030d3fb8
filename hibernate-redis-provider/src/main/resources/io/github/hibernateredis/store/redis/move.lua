-- Invalidates segments. Takes over segments that belong to another number of segments, or do not exist. The locks in
-- these end, because writers cannot find them any more. So every put is refused until all of these locks would have
-- expired.
--
-- KEYS of the segments; ARGV[1] their number, ARGV[2] lease in ms; nothing for each
-- Returns for each its newest stamp.
local segments, lease = tonumber(argument()), argument()
return each_segment(segments, function()
  local opened, failure = pcall(open, {})
  if not opened then
    if is_damage(failure) or string.find(failure, '^LAYOUT ') then
      drop()
      open({})
    else
      error(failure, 0)
    end
  end
  if reset then
    set_guard('r', '|moved:' .. text(s) .. ':' .. deadline(lease) .. ':0|')
  end
  invalidate()
  return publish()
end)
