-- Items of a segment, in their envelopes.

-- First byte of an envelope: of an item, and of the lease to load one.
local FORMAT, LOADING = 17, 76

local function lasts(envelope, format)
  return envelope and #envelope >= 15 and string.byte(envelope, 1) == format
    and struct.unpack('>I6', envelope, 10) > time / 1000
end

-- Whether there is an item that a read would take. Bytes of another format are none, or they would keep puts out for ever.
local function is_live(envelope)
  return lasts(envelope, FORMAT)
end

local function keep(key, format, millis, field_expiry, value)
  local expiry = math.floor(time / 1000) + millis
  items[key] = struct.pack('>BI8I6', format, s, expiry) .. value
  if field_expiry == '1' then
    longest = math.max(longest, millis)
  end
end

-- Stores an item under the newest stamp. With field expiry the server reclaims its memory, too.
local function store(key, ttl, field_expiry, value)
  keep(key, FORMAT, tonumber(ttl), field_expiry, value)
end
