-- How many segments may still be sent today. The account grants its daily segments to its Services in parts. They are
-- only counted if the account has a ceiling (`ceiling`, true or nil). Days are days of UTC.
local segment_allowance = { NOTICE_SEGMENTS = 2 }
local keys = use('storage.keys')
local DAY_MS = 86400000

local function today(tx)
  return math.floor(tx.now / DAY_MS)
end

local function left(tx)
  local day, segments = unpack(redis.call('HMGET', keys.allowance(tx), 'day', 'left'))
  return tonumber(day) == today(tx) and tonumber(segments) or 0
end

local function save(tx, segments)
  redis.call('HSET', keys.allowance(tx), 'day', today(tx), 'left', segments)
end

-- Adds what the account granted: { day, segments }, or nil. It is added only once, since a repeated call returns its
-- stored answer before this.
function segment_allowance.take_grant(tx, grant)
  if grant and grant.day == today(tx) then save(tx, left(tx) + grant.segments) end
end

function segment_allowance.is_short(tx, ceiling, count)
  return ceiling and left(tx) < count or false
end

-- Returns the answer that makes the caller ask the account for a grant before anything is decided, or nil.
function segment_allowance.short_reply(tx, ceiling, grant, count)
  if grant or not segment_allowance.is_short(tx, ceiling, count) then return nil end
  return cjson.encode({ outcome = 'short', need = count - left(tx), day = today(tx) })
end

function segment_allowance.spend(tx, ceiling, count)
  if ceiling then save(tx, left(tx) - count) end
end

return segment_allowance
