-- Renews items that have been read, where items expire when they are not read for some time. None lives longer than its
-- TTL. Stores nothing that is not there, so it reads no guards.
--
-- KEYS[1] data; ARGV[1] 1 = field expiry, ARGV[2] how long an item lives without being read, in ms; ARGV[3] an item
-- with no more than so many ms left is renewed: other instances may have reported the same read; keys
-- Returns how many were renewed.
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
