-- Lets one of the requests with the same Idempotency-Key through; the others learn what became of it. Whoever got through
-- and neither settled nor released it within its lease has died: the next may try, with the same seed.
-- KEYS: 1 the account
-- ARGV: 1 JSON { key, request, token, seed, lease_ms, keep_ms, once (true: not tried again after a death) }
-- Returns: { state: mine | busy | lost | other | done, seed, answer, wait (ms) }
local keys = use('storage.keys')

return function(tx, args)
  local key, now = keys.request(tx, args.key), tx.now
  local request, token, free_at, ends, seed, answer =
    unpack(redis.call('HMGET', key, 'request', 'token', 'free_at', 'ends', 'seed', 'answer'))
  local known = request and tonumber(ends) > now
  if known and request ~= args.request then return cjson.encode({ state = 'other' }) end
  if known and answer then return cjson.encode({ state = 'done', answer = answer }) end

  -- The holder's own token: the store is asked again because its reply was lost.
  if known and token ~= args.token then
    local wait = tonumber(free_at) - now
    if wait > 0 then return cjson.encode({ state = 'busy', wait = wait }) end
    if args.once and free_at ~= '0' then return cjson.encode({ state = 'lost' }) end
  end
  if not known then
    redis.call('DEL', key)
    seed = args.seed
    redis.call('HSET', key, 'request', args.request, 'seed', seed, 'ends', now + args.keep_ms)
    redis.call('PEXPIRE', key, args.keep_ms)
  end
  redis.call('HSET', key, 'token', args.token, 'free_at', now + args.lease_ms)
  return cjson.encode({ state = 'mine', seed = seed })
end
