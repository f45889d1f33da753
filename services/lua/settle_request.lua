-- Ends a claim: with the answer that repetitions get, or free for the next, or forgotten. Only its holder may.
-- KEYS: 1 the account
-- ARGV: 1 JSON { key, token, answer (left out: free), forget (true: as if it had never come) }
-- Returns: { settled }
local keys = use('storage.keys')

return function(tx, args)
  local key = keys.request(tx, args.key)
  if redis.call('HGET', key, 'token') ~= args.token then return cjson.encode({ settled = false }) end
  if args.forget then
    redis.call('DEL', key)
  elseif args.answer then
    redis.call('HSET', key, 'answer', args.answer)
    redis.call('HDEL', key, 'free_at', 'seed')
  else
    redis.call('HSET', key, 'free_at', 0, 'token', '')
  end
  return cjson.encode({ settled = true })
end
