-- Outdates every result there is. Updates in progress stay announced.
--
-- Returns the newest stamp.
redis.call('HSET', tables, 'v', text(advance()))
return { publish() }
