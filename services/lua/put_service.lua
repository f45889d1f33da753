#!lua
-- Writes a Service: creates it (a second time changes nothing), or changes the given fields.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { create = whole document } or { change = fields, null clears }
-- Returns: { service } or { error }
-- use: known, emit
local now, svc = clock(), service()
if args.create and svc then return cjson.encode({ service = svc }) end
if not args.create and not svc then return fail(20404) end
svc = svc or args.create
svc.created = svc.created or now
for field, value in pairs(args.change or {}) do svc[field] = value end
svc.updated = now
redis.call('SET', K.service(), cjson.encode(svc))
renew_version()
-- What is held for the day is looked at again: other hours may hold.
for field in pairs(args.change or {}) do
  if string.find(field, '^quiet_hours') then redis.call('ZUNIONSTORE', K.held(), 1, K.held(), 'WEIGHTS', 0) end
end
if redis.call('HSETNX', K.clock(), 'e', 1) == 1 then epoch = '1' end
emit(now, args.create and 'service.created' or 'service.updated', '', svc)

-- The courier's cursor in the stream: what happened before there was somebody to tell is not told.
if given(svc.callback_url) or given(svc.events_url) or svc.end_calls == true then
  redis.call('HSETNX', K.clock(), 'c', redis.call('XREVRANGE', K.events(), '+', '-', 'COUNT', 1)[1][1])
else
  redis.call('HDEL', K.clock(), 'c')
end
if not given(svc.events_url) or svc.expiring_seconds == 0 then redis.call('HDEL', K.clock(), 'w', 'wm') end
return cjson.encode({ service = svc })
