#!lua
-- Takes a unique name for a Service of this account; the claim stands until it is confirmed or settled.
-- KEYS: 1 the account
-- ARGV: 1 JSON { service, unique_name, at, create }
-- Returns: { claimed } or { error }
-- use: base
local holder = redis.call('HGET', K.service_names(), args.unique_name)
if holder and holder ~= args.service then return fail(80602) end
if args.create and redis.call('ZSCORE', K.services(), args.service) then return cjson.encode({ claimed = true }) end
redis.call('ZADD', K.claims(), args.at, args.service)
redis.call('HSET', K.service_names(), args.unique_name, args.service)
return cjson.encode({ claimed = true })
