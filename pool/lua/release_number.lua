-- Ends a Service's claim of a proxy number, unless the number was claimed again since the caller read the claim.
-- KEYS: 1 the carrier's account
-- ARGV: 1 JSON { number, service, at (when it was claimed; both as the caller read them) }
-- Returns: { released }
local keys = use('storage.keys')

return function(tx, args)
  local text = redis.call('HGET', keys.number_claims(tx), args.number)
  local claim = text and cjson.decode(text)
  local is_same = claim and claim.service == args.service and claim.at == args.at or false
  if is_same then redis.call('HDEL', keys.number_claims(tx), args.number) end
  return cjson.encode({ released = is_same })
end
