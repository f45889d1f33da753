#!lua
-- Delivers once more, from the end of its lane if it has left it; the lane's head is tried at once.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { delivery }
-- Returns: { delivery } or { error }
-- use: delivery
local now, d = clock(), load_delivery(args.delivery)
if not d or not service() then return fail(20404) end
if d.state ~= 'waiting' then
  redis.call('ZREM', K.delivery_ends(), d.sid)
  wait_in_lane(d, now)
end
local head = load_delivery(redis.call('LINDEX', K.lane(lane_of(d)), 0))
if head and not head.token then redis.call('ZADD', K.lanes(d.kind), now, lane_of(d)) end
return cjson.encode({ delivery = d })
