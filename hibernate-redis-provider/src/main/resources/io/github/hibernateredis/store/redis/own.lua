-- Notes which database the rows in regions are from, and finds regions that hold rows of another one.
--
-- KEYS[1] databases: one field for each region, its database in words. No TTL.
-- ARGV[1] the caller's database; ARGV[2] '1' to note it even where another one is noted, since the regions are being emptied;
-- ARGV[3...] regions
-- Returns region, database, region, database, ... of those for which another one was noted.
local others = {}
for i = 3, #ARGV do
  local noted = redis.call('HGET', KEYS[1], ARGV[i])
  if noted and noted ~= ARGV[1] then
    others[#others + 1] = ARGV[i]
    others[#others + 1] = noted
  end
  if not noted or noted ~= ARGV[1] and ARGV[2] == '1' then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[1])
  end
end
return others
