-- Records the database of the rows in each region, and finds regions with rows of another database.
--
-- KEYS[1] databases: one field for each region, with the description of its database. No TTL.
-- ARGV[1] the caller's database; ARGV[2] '1' to replace another recorded database, because the regions are being
-- cleared; ARGV[3...] regions
-- Returns region, database, region, database, ... of those with another recorded database.
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
