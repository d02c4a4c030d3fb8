-- Ends a region lock and invalidates the region once more: sessions that opened meanwhile have read what was current
-- before the commit.
--
-- ARGV[3] lock id
-- Returns the newest stamp.
local live = region_holders()
take(live, ARGV[3])
save('r', live)
invalidate()
return { publish() }
