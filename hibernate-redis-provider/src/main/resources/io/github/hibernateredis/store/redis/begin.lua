-- Sees to it that the segment is in the caller's layout, and keeps every put out for as long as a lock that was taken in an
-- older one may be held: its holder does not find it here, and if it dies between its commit and its unlock, nothing else
-- keeps out what was read before.
--
-- ARGV[3] for how many ms because of locks in other segments
-- Returns the newest stamp; for how many ms puts are kept out.
local live = region_holders()
local former = take(live, FORMER)
local last = former and tonumber(former.deadline) or time
if tonumber(ARGV[3]) > 0 then
  last = math.max(last, tonumber(deadline(ARGV[3])))
  live[#live + 1] = { id = FORMER, stamp = text(s), deadline = text(last), contested = '0' }
  save('r', live)
  invalidate()
end
return { publish(), math.ceil((last - time) / 1000) }
