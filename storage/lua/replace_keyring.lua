-- Replaces the wrapped key ring, if nobody else has changed it meanwhile.
-- KEYS: 1 any key of the installation
-- ARGV: 1 JSON { former, wrapped }
-- Returns: { replaced }
local keys = use('storage.keys')

return function(tx, args)
  local stored = redis.call('HGET', keys.keyring(tx), 'wrapped')
  -- The reply of the store may have been lost: the same call again finds its own text.
  if stored ~= args.former and stored ~= args.wrapped then return cjson.encode({ replaced = false }) end
  redis.call('HSET', keys.keyring(tx), 'wrapped', args.wrapped)
  return cjson.encode({ replaced = true })
end
