-- Announces Sessions that end within the Service's expiring_seconds, once for each end; 50 at most. The clock's fields
-- w and wm are the end (ms) and the SID up to which all Sessions are announced, in the order of `due`.
-- KEYS: 1 the Service
-- ARGV: 1 JSON {}
-- Returns: { announced }
local keys = use('storage.keys')
local service = use('storage.service')
local events = use('storage.events')
local due = use('sessions.due')
local session = use('sessions.session')
local MOST = 50

-- Returns the rank in `due` of the first Session after the mark. Sessions with the same end are in the order of their
-- SIDs.
local function rank_after(key, ends, sid)
  local low, high = redis.call('ZCOUNT', key, '-inf', '(' .. ends), redis.call('ZCOUNT', key, '-inf', ends)
  if sid == '' then return high end
  while low < high do
    local middle = math.floor((low + high) / 2)
    if redis.call('ZRANGE', key, middle, middle)[1] <= sid then low = middle + 1 else high = middle end
  end
  return low
end

return function(tx)
  local rules, key = service.read(tx), keys.due(tx)
  local seconds = rules and rules.expiring_seconds or 0
  if seconds == 0 then return cjson.encode({ announced = 0 }) end
  local ends, sid = unpack(redis.call('HMGET', keys.clock(tx), 'w', 'wm'))
  ends = tonumber(ends or 0)
  if ends < tx.now then ends, sid = tx.now, '' end
  local horizon, first = tx.now + seconds * 1000, rank_after(key, ends, sid)

  local rows, announced = redis.call('ZRANGE', key, first, first + MOST - 1, 'WITHSCORES'), 0
  for n = 1, #rows, 2 do
    local moment = tonumber(rows[n + 1])
    if moment > horizon then break end
    if not due.correct(tx, rows[n], session.read(tx, rows[n]), moment) then
      events.emit(tx, 'session.expiring', rows[n], { due = moment })
    end
    announced, ends, sid = announced + 1, moment, rows[n]
  end
  if announced < MOST and horizon >= ends then ends, sid = horizon, '' end
  redis.call('HSET', keys.clock(tx), 'w', string.format('%.0f', ends), 'wm', sid)
  return cjson.encode({ announced = announced })
end
