-- Forgets settled deliveries that were kept long enough, and all deliveries of a deleted Service; 200 at most.
-- KEYS: 1 the Service
-- ARGV: 1 JSON {}
-- Returns: { forgotten }
local keys = use('storage.keys')
local service = use('storage.service')
local delivery = use('callbacks.delivery')
local lane = use('callbacks.lane')
local MOST = 200

local function forget(tx, sid)
  local d = delivery.read(tx, sid)
  if d and d.state == 'waiting' then
    -- Its Service was deleted: nothing in this lane is delivered any more.
    redis.call('DEL', keys.lane(tx, lane.name(d)))
    redis.call('ZREM', keys.lanes(tx, d.kind), lane.name(d))
  end
  for _, state in ipairs({ 'all', 'waiting', 'delivered', 'parked' }) do
    redis.call('ZREM', keys.deliveries(tx, state), sid)
  end
  redis.call('ZREM', keys.delivery_ends(tx), sid)
  redis.call('DEL', keys.delivery(tx, sid))
end

return function(tx)
  local sids
  if service.read(tx) then
    sids = redis.call('ZRANGEBYSCORE', keys.delivery_ends(tx), '-inf', tx.now, 'LIMIT', 0, MOST)
  else
    sids = redis.call('ZRANGE', keys.deliveries(tx, 'all'), 0, MOST - 1)
    redis.call('HDEL', keys.clock(tx), 'c', 'w', 'wm')
  end
  for _, sid in ipairs(sids) do forget(tx, sid) end
  return cjson.encode({ forgotten = #sids })
end
