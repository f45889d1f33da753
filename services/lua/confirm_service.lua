#!lua
-- Ends a claim: the Service stands under `unique_name` alone, or, without a name, is forgotten.
-- KEYS: 1 the account
-- ARGV: 1 JSON { service, unique_name (left out: forget), created }
-- Returns: { confirmed }
-- use: base
local names = redis.call('HGETALL', K.service_names())
for n = 1, #names, 2 do
  if names[n + 1] == args.service and names[n] ~= args.unique_name then redis.call('HDEL', K.service_names(), names[n]) end
end
if args.unique_name then
  redis.call('ZADD', K.services(), 'NX', args.created, args.service)
else
  redis.call('ZREM', K.services(), args.service)
end
redis.call('ZREM', K.claims(), args.service)
return cjson.encode({ confirmed = true })
