-- Notes that items have been read which end when nobody reads them for long: each begins its time anew, and lives no
-- longer than its TTL. Stores nothing that is not there, so it asks no guards.
--
-- KEYS[1] data; ARGV[1] 1 = field expiry, ARGV[2] how long an item lives when nobody reads it, in ms; ARGV[3] with how
-- much of that left it is due: others may have reported the same read; keys
-- Returns how many have begun anew.
local field_expiry, idle, due = argument(), tonumber(argument()), tonumber(argument())
local now = math.floor(time / 1000)
local renewed, fields = {}, {}
for i, item in ipairs(redis.call('HMGET', KEYS[1], unpack(ARGV, at + 1))) do
  if item and #item >= 21 and string.byte(item) == 18 then
    local ends, last = struct.unpack('>I6I6', item, 10)
    if ends > now and ends - now <= due then
      fields[#fields + 1] = ARGV[at + i]
      renewed[#renewed + 1] = ARGV[at + i]
      renewed[#renewed + 1] = string.sub(item, 1, 9)
        .. struct.pack('>I6', math.min(now + idle, last))
        .. string.sub(item, 16)
    end
  end
end
if #fields > 0 then
  redis.call('HSET', KEYS[1], unpack(renewed))
  if field_expiry == '1' then
    redis.call('HPEXPIRE', KEYS[1], idle, 'FIELDS', #fields, unpack(fields))
  end
end
return { #fields }
