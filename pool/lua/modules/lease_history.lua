-- The last lease of each number that a person had: proxy number -> ms|partner|Session SID. The SID is packed in 16
-- bytes: with values over 64 bytes the hash would need three times the memory.
local lease_history = {}
local keys = use('storage.keys')
local MOST, KEEP_SECONDS = 32, 90 * 86400

local function packed_sid(sid)
  local function part(n) return tonumber(string.sub(sid, n, n + 7), 16) end
  return struct.pack('>I4I4I4I4', part(3), part(11), part(19), part(27))
end

local function session_sid(bytes)
  return 'KC' .. string.format('%08x%08x%08x%08x', struct.unpack('>I4I4I4I4', bytes))
end

-- Returns proxy number -> { at (ms of the release), partner (index of a person, or '') }.
function lease_history.read(tx, person)
  local history, all = {}, redis.call('HGETALL', keys.past(tx, person))
  for n = 1, #all, 2 do
    local at, partner = string.match(all[n + 1], '^(%d+)|([^|]*)|')
    history[all[n]] = { at = tonumber(at), partner = partner }
  end
  return history
end

-- Returns the SID of the Session in which this person last had the number, or nil.
function lease_history.session_of(tx, person, number)
  local row = redis.call('HGET', keys.past(tx, person), number)
  return row and session_sid(string.sub(row, -16)) or nil
end

local function forget_oldest(key)
  if redis.call('HLEN', key) <= MOST then return end
  local all, oldest, least = redis.call('HGETALL', key), nil, nil
  for n = 1, #all, 2 do
    local at = tonumber(string.match(all[n + 1], '^%d+'))
    if not least or at < least then oldest, least = all[n], at end
  end
  redis.call('HDEL', key, oldest)
end

-- `partner`: index of the person whom they met, or nil.
function lease_history.add(tx, person, number, partner, session)
  local key = keys.past(tx, person)
  redis.call('HSET', key, number, string.format('%.0f|%s|', tx.now, partner or '') .. packed_sid(session))
  redis.call('EXPIRE', key, KEEP_SECONDS)
  forget_oldest(key)
end

return lease_history
