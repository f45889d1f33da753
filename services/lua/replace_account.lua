-- Replaces the stored document of an account, if nobody else has changed or removed it meanwhile.
-- KEYS: 1 the account
-- ARGV: 1 JSON { former, text (both sealed) }
-- Returns: { replaced }
local keys = use('storage.keys')

return function(tx, args)
  local stored = redis.call('GET', keys.account(tx))
  -- The reply of the store may have been lost: the same call again finds its own text.
  if stored ~= args.former and stored ~= args.text then return cjson.encode({ replaced = false }) end
  redis.call('SET', keys.account(tx), args.text)
  return cjson.encode({ replaced = true })
end
