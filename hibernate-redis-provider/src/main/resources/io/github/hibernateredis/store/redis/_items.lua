-- Items of a segment, in their envelopes.

-- First byte of an envelope: of an item, of one that expires when it is not read for some time, and of the lease to
-- load one.
local FORMAT, IDLE, LOADING = 17, 18, 76

local function lasts(envelope, format)
  return envelope and #envelope >= 15 and string.byte(envelope, 1) == format
    and struct.unpack('>I6', envelope, 10) > time / 1000
end

-- Whether there is an item that a read would take. Bytes of another format are no item: otherwise they
-- would keep puts out.
local function is_live(envelope)
  return lasts(envelope, FORMAT) or lasts(envelope, IDLE) and #envelope >= 21
end

local function keep(key, format, millis, field_expiry, value)
  local expiry = math.floor(time / 1000) + millis
  items[key] = struct.pack('>BI8I6', format, s, expiry) .. value
  if field_expiry == '1' then
    longest = math.max(longest, millis)
  end
end

-- One that expires when it has not been read for so long, or after its TTL, which stands before the value:
-- '<idle>:<ttl>'
local function store_idle(key, lives, field_expiry, value)
  local idle, ttl = string.match(lives, '^(%d+):(%d+)$')
  local last = struct.pack('>I6', math.floor(time / 1000) + tonumber(ttl))
  keep(key, IDLE, tonumber(idle), field_expiry, last .. value)
end

-- Stores an item under the newest stamp. With field expiry the server reclaims its memory, too.
local function store(key, ttl, field_expiry, value)
  local millis = tonumber(ttl)
  if millis then
    keep(key, FORMAT, millis, field_expiry, value)
  else
    store_idle(key, ttl, field_expiry, value)
  end
end
