-- A delivery waits in its lane, behind what is to be told before it. `lanes` has each lane in which one waits, by its
-- next moment: while its head is being tried this is the end of the claim, so that a killed process loses nothing.
local lane = {}
local keys = use('storage.keys')
local delivery = use('callbacks.delivery')

-- `beside`: it has a lane of its own, where it holds up no other.
function lane.name(d)
  return d.kind .. ':' .. (d.beside and d.sid or d.session)
end

-- It waits at the end of its lane, for the first time or once more.
function lane.add(tx, d)
  if d.state then redis.call('ZREM', keys.deliveries(tx, d.state), d.sid) end
  d.state, d.since, d.step = 'waiting', tx.now, 0
  delivery.save(tx, d)
  redis.call('ZADD', keys.deliveries(tx, 'all'), d.created, d.sid)
  redis.call('ZADD', keys.deliveries(tx, 'waiting'), d.created, d.sid)
  redis.call('RPUSH', keys.lane(tx, lane.name(d)), d.sid)
  redis.call('ZADD', keys.lanes(tx, d.kind), 'NX', tx.now, lane.name(d))
end

-- It is taken out of its lane, whose next one may be tried at once.
local function leave(tx, d)
  local name = lane.name(d)
  redis.call('LREM', keys.lane(tx, name), 1, d.sid)
  if redis.call('EXISTS', keys.lane(tx, name)) == 1 then
    redis.call('ZADD', keys.lanes(tx, d.kind), tx.now, name)
  else
    redis.call('ZREM', keys.lanes(tx, d.kind), name)
  end
end

-- A try failed: of callbacks, what came later does not wait for the next try. The document is saved by the caller.
function lane.move_aside(tx, d)
  if d.beside or d.kind ~= 'callback' then return end
  leave(tx, d)
  d.beside = true
  redis.call('RPUSH', keys.lane(tx, lane.name(d)), d.sid)
end

-- It is over, and kept for so long. `state`: delivered | parked.
function lane.finish(tx, d, state, keep_ms)
  d.state, d.token, d.due = state, nil, nil
  delivery.save(tx, d)
  redis.call('ZREM', keys.deliveries(tx, 'waiting'), d.sid)
  redis.call('ZADD', keys.deliveries(tx, state), d.created, d.sid)
  redis.call('ZADD', keys.delivery_ends(tx), tx.now + keep_ms, d.sid)
  leave(tx, d)
end

return lane
