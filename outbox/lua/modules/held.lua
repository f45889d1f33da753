-- Messages that are held during quiet hours. They leave their line, so that no other messages wait behind them. `held`
-- has each by the moment at which it goes back, `held-line:<line>` those of a line in their order.
local held = {}
local keys = use('storage.keys')
local events = use('storage.events')
local line = use('outbox.line')

-- Holds the message until the moment `ends` (ms). It was claimed and not sent, so the try is not counted.
function held.add(tx, entry, i, ends)
  line.remove(tx, entry)
  entry.state, entry['until'], entry.token, entry.due, entry.free = 'held', ends, nil, nil, nil
  entry.tries, entry.tried, entry.before = entry.tries - 1, entry.before, nil
  if not entry.again then entry.first = nil end
  line.save(tx, entry)
  redis.call('ZADD', keys.held(tx), ends, entry.sid)
  redis.call('RPUSH', keys.held_line(tx, entry.line), entry.sid)
  events.emit(tx, 'message.held', i.session, { interaction = entry.sid, ['until'] = ends })
end

-- Puts all held messages of the line `name` back, before messages that came later. Only a head that is claimed or waits
-- for its moment stays the first.
local function put_back(tx, name)
  local key = keys.line(tx, name)
  local head = redis.call('ZSCORE', keys.lines(tx), name) and redis.call('LPOP', key)
  local was_empty, sids = redis.call('EXISTS', key) == 0, redis.call('LRANGE', keys.held_line(tx, name), 0, -1)
  for n = #sids, 1, -1 do
    local entry = line.read(tx, sids[n])
    entry.state, entry['until'] = 'ready', nil
    line.save(tx, entry)
    redis.call('ZREM', keys.held(tx), entry.sid)
    redis.call('ZADD', keys.queued(tx), entry.since, entry.sid)
    redis.call('LPUSH', key, entry.sid)
  end
  redis.call('DEL', keys.held_line(tx, name))
  if head then
    redis.call('LPUSH', key, head)
  elseif was_empty then
    line.await_turn(tx, name, string.match(name, '^[^:]+'))
  end
end

-- Does the same if the first held message of this line is due.
function held.put_back_due(tx, name)
  local sid = redis.call('LINDEX', keys.held_line(tx, name), 0)
  if sid and tonumber(redis.call('ZSCORE', keys.held(tx), sid)) <= tx.now then put_back(tx, name) end
end

-- Does the same for up to `most` lines that are due.
function held.put_back_all_due(tx, most)
  for _ = 1, most do
    local sid = redis.call('ZRANGEBYSCORE', keys.held(tx), '-inf', tx.now, 'LIMIT', 0, 1)[1]
    if not sid then return end
    put_back(tx, line.read(tx, sid).line)
  end
end

return held
