-- Deletes an account, if it has no Service and no creation under way, and nobody has changed it meanwhile.
-- KEYS: 1 the account
-- ARGV: 1 JSON { former (sealed) }
-- Returns: { forgotten }
local keys = use('storage.keys')

return function(tx, args)
  local is_busy = redis.call('EXISTS', keys.services(tx), keys.claims(tx)) > 0
  if is_busy or redis.call('GET', keys.account(tx)) ~= args.former then return cjson.encode({ forgotten = false }) end
  redis.call('DEL', keys.account(tx), keys.service_names(tx), keys.segments(tx))
  return cjson.encode({ forgotten = true })
end
