-- Claims an Idempotency-Key for one of the requests that carry it; the others get its state. A holder that does not
-- settle its claim before the lease ends has died: then the next request may claim the key, with the same seed.
-- KEYS: 1 the account
-- ARGV: 1 JSON { key, request, token, seed, lease_ms, keep_ms, once (true: not claimed again after the holder died),
--         most (keys in a day; 0: no limit) }
-- Returns: { state: mine | busy | lost | other | done | full, seed, answer, wait (ms) }
local keys = use('storage.keys')
local request_count = use('services.request_count')

return function(tx, args)
  local key, now = keys.request(tx, args.key), tx.now
  local request, token, free_at, ends, seed, answer =
    unpack(redis.call('HMGET', key, 'request', 'token', 'free_at', 'ends', 'seed', 'answer'))
  local is_claimed = request and tonumber(ends) > now
  if is_claimed and request ~= args.request then return cjson.encode({ state = 'other' }) end
  if is_claimed and answer then return cjson.encode({ state = 'done', answer = answer }) end

  -- The holder itself may claim again: it does so if the reply of the store was lost.
  if is_claimed and token ~= args.token then
    local wait = tonumber(free_at) - now
    if wait > 0 then return cjson.encode({ state = 'busy', wait = wait }) end
    if args.once and free_at ~= '0' then return cjson.encode({ state = 'lost' }) end
  end
  if not is_claimed then
    if args.most > 0 and request_count.total(tx) >= args.most then
      return cjson.encode({ state = 'full', wait = request_count.wait(tx) })
    end
    request_count.add(tx, 1)
    redis.call('DEL', key)
    seed = args.seed
    redis.call('HSET', key, 'request', args.request, 'seed', seed, 'ends', now + args.keep_ms)
    redis.call('PEXPIRE', key, args.keep_ms)
  end
  redis.call('HSET', key, 'token', args.token, 'free_at', now + args.lease_ms)
  return cjson.encode({ state = 'mine', seed = seed })
end
