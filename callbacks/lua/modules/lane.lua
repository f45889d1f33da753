-- A delivery waits in its lane until those before it are delivered. `lanes` holds each lane that is not empty, by the
-- moment at which its head may be tried. While the head is claimed, this is the end of the lease: so nothing is lost if
-- the process dies.
local lane = {}
local keys = use('storage.keys')
local delivery = use('callbacks.delivery')

-- `beside`: the delivery has a lane of its own, so that no other waits for it.
function lane.name(d)
  return d.kind .. ':' .. (d.beside and d.sid or d.session)
end

-- Adds a delivery to the end of its lane, for the first time or again.
function lane.add(tx, d)
  if d.state then redis.call('ZREM', keys.deliveries(tx, d.state), d.sid) end
  d.state, d.since, d.step = 'waiting', tx.now, 0
  delivery.save(tx, d)
  redis.call('ZADD', keys.deliveries(tx, 'all'), d.created, d.sid)
  redis.call('ZADD', keys.deliveries(tx, 'waiting'), d.created, d.sid)
  redis.call('RPUSH', keys.lane(tx, lane.name(d)), d.sid)
  redis.call('ZADD', keys.lanes(tx, d.kind), 'NX', tx.now, lane.name(d))
end

-- Removes it from its lane. The next delivery of the lane may be tried at once.
local function remove(tx, d)
  local name = lane.name(d)
  redis.call('LREM', keys.lane(tx, name), 1, d.sid)
  if redis.call('EXISTS', keys.lane(tx, name)) == 1 then
    redis.call('ZADD', keys.lanes(tx, d.kind), tx.now, name)
  else
    redis.call('ZREM', keys.lanes(tx, d.kind), name)
  end
end

-- A try failed. Later callbacks do not wait for the next try: the delivery gets a lane of its own. The caller saves it.
function lane.move_aside(tx, d)
  if d.beside or d.kind ~= 'callback' then return end
  remove(tx, d)
  d.beside = true
  redis.call('RPUSH', keys.lane(tx, lane.name(d)), d.sid)
end

-- Settles a delivery, and keeps it for `keep_ms`. `state`: delivered | parked.
function lane.finish(tx, d, state, keep_ms)
  d.state, d.token, d.due = state, nil, nil
  delivery.save(tx, d)
  redis.call('ZREM', keys.deliveries(tx, 'waiting'), d.sid)
  redis.call('ZADD', keys.deliveries(tx, state), d.created, d.sid)
  redis.call('ZADD', keys.delivery_ends(tx), tx.now + keep_ms, d.sid)
  remove(tx, d)
end

return lane
