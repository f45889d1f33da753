-- Makes a delivery again: a settled one waits at the end of its lane. The head of the lane is due at once.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { delivery }
-- Returns: { delivery } or { error }
local keys = use('storage.keys')
local reply = use('storage.reply')
local service = use('storage.service')
local delivery = use('callbacks.delivery')
local lane = use('callbacks.lane')

return function(tx, args)
  local d = delivery.read(tx, args.delivery)
  if not d or not service.read(tx) then return reply.error(20404) end
  if d.state ~= 'waiting' then
    redis.call('ZREM', keys.delivery_ends(tx), d.sid)
    lane.add(tx, d)
  end
  local name = lane.name(d)
  local head = delivery.read(tx, redis.call('LINDEX', keys.lane(tx, name), 0))
  if head and not head.token then redis.call('ZADD', keys.lanes(tx, d.kind), tx.now, name) end
  return cjson.encode({ delivery = d })
end
