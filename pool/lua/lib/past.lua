-- use: base
-- Numbers that a person had: a field of past:<person>, proxy number -> ms|partner|Session SID in 16 bytes:
-- beyond 64 bytes of value the hash would take three times the room.
local PAST_MOST = 32
local PAST_SECONDS = 90 * 86400

local function raw(sid)
  local function part(n) return tonumber(string.sub(sid, n, n + 7), 16) end
  return struct.pack('>I4I4I4I4', part(3), part(11), part(19), part(27))
end

local function spelled(bytes)
  return 'KC' .. string.format('%08x%08x%08x%08x', struct.unpack('>I4I4I4I4', bytes))
end

local function past_of(who)
  local past, all = {}, redis.call('HGETALL', K.past(who))
  for n = 1, #all, 2 do
    local at, partner = string.match(all[n + 1], '^(%d+)|([^|]*)|')
    past[all[n]] = { at = tonumber(at), partner = partner }
  end
  return past
end

local function forget_oldest(key)
  if redis.call('HLEN', key) <= PAST_MOST then return end
  local oldest, least
  local all = redis.call('HGETALL', key)
  for n = 1, #all, 2 do
    local at = tonumber(string.match(all[n + 1], '^%d+'))
    if not least or at < least then oldest, least = all[n], at end
  end
  redis.call('HDEL', key, oldest)
end

local function add_past(p, partner, s, now)
  local key = K.past(p.who)
  redis.call('HSET', key, p.number, string.format('%.0f|%s|', now, partner and partner.who or '') .. raw(s.sid))
  redis.call('EXPIRE', key, PAST_SECONDS)
  forget_oldest(key)
end

-- The SID of the Session in which this person had the number, or nil.
local function past_session(who, number)
  local was = redis.call('HGET', K.past(who), number)
  return was and spelled(string.sub(was, -16)) or nil
end
