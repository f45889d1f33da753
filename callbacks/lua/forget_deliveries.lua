#!lua
-- Forgets settled deliveries past their time, and all of a Service that is gone; 200 at most.
-- KEYS: 1 the Service
-- ARGV: 1 JSON {}
-- Returns: { forgotten }
-- use: delivery
local now, svc, found = clock(), service(), nil
if svc then
  found = redis.call('ZRANGEBYSCORE', K.delivery_ends(), '-inf', now, 'LIMIT', 0, 200)
else
  found = redis.call('ZRANGE', K.deliveries('all'), 0, 199)
  redis.call('HDEL', K.clock(), 'c', 'w', 'wm')
end
for _, sid in ipairs(found) do
  local d = load_delivery(sid)
  if d and d.state == 'waiting' then
    redis.call('DEL', K.lane(lane_of(d)))
    redis.call('ZREM', K.lanes(d.kind), lane_of(d))
  end
  for _, state in ipairs({ 'all', 'waiting', 'delivered', 'parked' }) do redis.call('ZREM', K.deliveries(state), sid) end
  redis.call('ZREM', K.delivery_ends(), sid)
  redis.call('DEL', K.delivery(sid))
end
return cjson.encode({ forgotten = #found })
