-- Forgets that a proxy number leads to a Service, unless it was claimed again since the caller read its route.
-- KEYS: 1 the account
-- ARGV: 1 JSON { number, service, at (when it was claimed; both as the caller read them) }
-- Returns: { dropped }
local keys = use('storage.keys')

return function(tx, args)
  local text = redis.call('HGET', keys.routes(tx), args.number)
  local route = text and cjson.decode(text)
  local is_same = route and route.service == args.service and route.at == args.at or false
  if is_same then redis.call('HDEL', keys.routes(tx), args.number) end
  return cjson.encode({ dropped = is_same })
end
