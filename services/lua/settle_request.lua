-- Settles a claim: stores the answer that repeated requests get, or frees the key for the next request, or forgets it.
-- Only the holder may settle it.
-- KEYS: 1 the account
-- ARGV: 1 JSON { key, token, answer (left out: free the key), forget (true: forget it) }
-- Returns: { settled }
local keys = use('storage.keys')
local request_count = use('services.request_count')

return function(tx, args)
  local key = keys.request(tx, args.key)
  if redis.call('HGET', key, 'token') ~= args.token then return cjson.encode({ settled = false }) end
  if args.forget then
    redis.call('DEL', key)
    request_count.add(tx, -1)
  elseif args.answer then
    redis.call('HSET', key, 'answer', args.answer)
    redis.call('HDEL', key, 'free_at', 'seed')
  else
    redis.call('HSET', key, 'free_at', 0, 'token', '')
  end
  return cjson.encode({ settled = true })
end
