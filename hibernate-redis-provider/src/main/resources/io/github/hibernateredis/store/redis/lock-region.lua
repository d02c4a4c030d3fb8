-- Invalidates the region and keeps every put out while the lock is live.
--
-- ARGV[3] lock id, ARGV[4] lease in ms
-- Returns the newest stamp.
local live = region_holders()
take(live, ARGV[3])
live[#live + 1] = { id = ARGV[3], stamp = text(s), deadline = deadline(ARGV[4]), contested = '0' }
save('r', live)
invalidate()
return { publish() }
