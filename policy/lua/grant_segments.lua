-- Grants a part of the account's daily segments to one of its Services. The same token gets the same part again.
-- KEYS: 1 the account
-- ARGV: 1 JSON { service, token, day (of the Service's clock: days since 1970, UTC), need, chunk (granted if there
--         are so many), most (a day) }
-- Returns: { day, segments }
local keys = use('storage.keys')
local KEEP_SECONDS = 172800

return function(tx, args)
  local key, field = keys.segments(tx), string.format('%d', args.day)
  local given, last = unpack(redis.call('HMGET', key, field, args.service))
  local token, earlier_grant = string.match(last or '', '^(.*)|(%d+)$')
  local granted = tonumber(earlier_grant)
  if token ~= field .. args.token then
    granted = math.max(0, math.min(math.max(args.need, args.chunk), args.most - tonumber(given or 0)))
    redis.call('HSET', key, field, tonumber(given or 0) + granted, args.service, field .. args.token .. '|' .. granted)
    redis.call('HDEL', key, string.format('%d', args.day - 2))
    redis.call('EXPIRE', key, KEEP_SECONDS)
  end
  return cjson.encode({ day = args.day, segments = granted })
end
