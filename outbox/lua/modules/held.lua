-- Messages that wait for the day stand apart from their line, so that what people write to each other does not wait
-- behind them. `held` has each by when it is looked at again, `held-line:<line>` those of a line in their order.
local held = {}
local keys = use('storage.keys')
local events = use('storage.events')
local line = use('outbox.line')

-- Out of its line until the moment `ends` (ms). The claim comes to nothing, and so its try is not counted.
function held.add(tx, entry, i, ends)
  line.leave(tx, entry)
  entry.state, entry['until'], entry.token, entry.due, entry.free = 'held', ends, nil, nil, nil
  entry.tries, entry.tried, entry.before = entry.tries - 1, entry.before, nil
  if not entry.again then entry.first = nil end
  line.save(tx, entry)
  redis.call('ZADD', keys.held(tx), ends, entry.sid)
  redis.call('RPUSH', keys.held_line(tx, entry.line), entry.sid)
  events.emit(tx, 'message.held', i.session, { interaction = entry.sid, ['until'] = ends })
end

-- All that is held of the line `name` goes back, before what came later; only a head that is on its way or waits for a
-- moment stays the first.
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
    line.take_turn(tx, name, string.match(name, '^[^:]+'))
  end
end

-- The same if the moment of the first that is held of this line has come.
function held.put_back_due(tx, name)
  local sid = redis.call('LINDEX', keys.held_line(tx, name), 0)
  if sid and tonumber(redis.call('ZSCORE', keys.held(tx), sid)) <= tx.now then put_back(tx, name) end
end

-- The same of up to `most` lines whose moment has come.
function held.put_back_all_due(tx, most)
  for _ = 1, most do
    local sid = redis.call('ZRANGEBYSCORE', keys.held(tx), '-inf', tx.now, 'LIMIT', 0, 1)[1]
    if not sid then return end
    put_back(tx, line.read(tx, sid).line)
  end
end

return held
