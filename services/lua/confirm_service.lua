-- Ends a claim: the name with this hash becomes the only one of the Service. Without a name, the Service is forgotten.
-- KEYS: 1 the account
-- ARGV: 1 JSON { service, name_hash (left out: forget), created }
-- Returns: { confirmed }
local keys = use('storage.keys')

return function(tx, args)
  local names = redis.call('HGETALL', keys.service_names(tx))
  for n = 1, #names, 2 do
    if names[n + 1] == args.service and names[n] ~= args.name_hash then
      redis.call('HDEL', keys.service_names(tx), names[n])
    end
  end
  if args.name_hash then
    redis.call('ZADD', keys.services(tx), 'NX', args.created, args.service)
  else
    redis.call('ZREM', keys.services(tx), args.service)
  end
  redis.call('ZREM', keys.claims(tx), args.service)
  return cjson.encode({ confirmed = true })
end
