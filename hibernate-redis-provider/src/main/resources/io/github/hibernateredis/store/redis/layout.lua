-- In how many segments a region lies. The node that starts last decides, and each decision is a generation of its own: a
-- segment of a newer generation refuses whoever comes with an older one, so nobody goes on where others do not look.
--
-- KEYS[1] layout: 'n' = segments, 'g' = generation, 'p' = former numbers of segments that may still be in use. No TTL; if it
--         is not there, one segment and generation 0.
-- ARGV[1] segments that the caller decides for, 0 to ask; ARGV[2] segments that it uses, 0 if it does not know;
-- ARGV[3] the newest generation that it has seen; ARGV[4] a generation before which nobody goes on any more, or 0
-- Returns segments; generation; former numbers, with commas.
local stored = redis.call('HMGET', KEYS[1], 'n', 'g', 'p')
local segments, generation, former = tonumber(stored[1]) or 1, tonumber(stored[2]) or 0, stored[3] or ''
local wanted, used, seen = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local changed = false

local function leave(number)
  former = (former == '' and '' or former .. ',') .. string.format('%d', number)
end

-- The key was lost. Who uses the newest generation goes on with it; who does not know what that was begins a newer one.
if generation < seen then
  if used > 0 then
    if used ~= segments then
      leave(segments)
    end
    segments, generation = used, seen
  else
    generation = seen + 1
  end
  changed = true
end
if wanted > 0 and wanted ~= segments then
  leave(segments)
  segments, generation, changed = wanted, generation + 1, true
end
if former ~= '' and tonumber(ARGV[4]) == generation then
  former, changed = '', true
end
if changed then
  redis.call('HSET', KEYS[1], 'n', segments, 'g', generation, 'p', former)
end
return { segments, generation, former }
