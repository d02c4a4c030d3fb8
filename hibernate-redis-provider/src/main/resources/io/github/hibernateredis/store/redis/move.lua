-- Invalidates segments, and takes over those that are of another number of segments, or not there. The locks in those end: writers do
-- not find them any more. So for as long as any lock may live every put is refused.
--
-- KEYS of the segments; ARGV[1] their number, ARGV[2] lease in ms; nothing of each
-- Returns of each its newest stamp.
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
    set_guard('r', 'moved:' .. text(s) .. ':' .. deadline(lease) .. ':0')
  end
  invalidate()
  return publish()
end)
