-- Decides whether the carrier may be asked about an API key now. `asked`: within this minute it refused the same key and
-- secret, or a known key is being asked about. `busy`: somebody asks about it just now, or about too many others.
-- KEYS: 1 the installation
-- ARGV: 1 JSON { question (hash of SID, secret and accounts), known (the carrier has accepted it before), token, claim (ms),
--   at_once, per_minute }
-- Returns: { refused: asked | busy | limit, wait (ms) }, or {}
local keys = use('storage.keys')
local bucket = use('storage.bucket')

local MINUTE = 60000

local function refuse(why, wait)
  return cjson.encode({ refused = why, wait = wait })
end

-- A key that the carrier has accepted is asked about again from time to time, however many unknown ones come.
local function claim_known(key, args)
  if redis.call('SET', key, args.token, 'NX', 'PX', args.claim) then return '{}' end
  return refuse('asked', args.claim)
end

return function(tx, args)
  local key = keys.key_check(tx, args.question)
  -- The reply of the store was lost, and the same process asks again.
  local state = redis.call('GET', key)
  if state == args.token then return '{}' end
  if args.known then return claim_known(key, args) end
  if state then return state == 'no' and refuse('asked', redis.call('PTTL', key)) or refuse('busy', 1000) end
  local under_way, budget = keys.key_checks(tx), keys.key_check_budget(tx)
  local rate, full_at = args.per_minute / 60, redis.call('GET', budget)
  if bucket.tokens(full_at, rate, args.per_minute, tx.now) < 1 then
    return refuse('limit', bucket.wait(full_at, rate, args.per_minute, tx.now, 1))
  end
  if redis.call('ZCOUNT', under_way, '(' .. tx.now, '+inf') >= args.at_once then return refuse('busy', 1000) end
  redis.call('ZREMRANGEBYSCORE', under_way, '-inf', tx.now)
  redis.call('ZADD', under_way, tx.now + args.claim, args.token)
  redis.call('PEXPIRE', under_way, 2 * args.claim)
  redis.call('SET', budget, bucket.full_after(full_at, rate, args.per_minute, tx.now, 1), 'PX', 2 * MINUTE)
  redis.call('SET', key, args.token, 'PX', args.claim)
  return '{}'
end
