-- Claims a unique name for a Service of this account; the claim stays until it is confirmed or settled.
-- KEYS: 1 the account
-- ARGV: 1 JSON { service, name_hash, at, create, most (Services of the account; 0: no limit) }
-- Returns: { claimed } or { error, about }
local keys = use('storage.keys')
local reply = use('storage.reply')

return function(tx, args)
  local holder = redis.call('HGET', keys.service_names(tx), args.name_hash)
  if holder and holder ~= args.service then return reply.error(80602) end
  if args.create and redis.call('ZSCORE', keys.services(tx), args.service) then
    return cjson.encode({ claimed = true })
  end
  local is_new = args.create and not holder
  if is_new and args.most > 0 and redis.call('HLEN', keys.service_names(tx)) >= args.most then
    return reply.error(20001, 'Services')
  end
  redis.call('ZADD', keys.claims(tx), args.at, args.service)
  redis.call('HSET', keys.service_names(tx), args.name_hash, args.service)
  return cjson.encode({ claimed = true })
end
