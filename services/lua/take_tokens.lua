-- Takes some of what an account may ask for, up to `most`; `wait`: ms until there is more, 0 if some were there.
-- KEYS: 1 the account
-- ARGV: 1 JSON { class, rate, burst, most }
-- Returns: { taken, left, wait }
local keys = use('storage.keys')
local bucket = use('storage.bucket')

return function(tx, args)
  local now, key, rate, burst = tx.now, keys.asked(tx, args.class), args.rate, args.burst
  local full_at = redis.call('GET', key)
  local held = math.floor(bucket.tokens(full_at, rate, burst, now))
  local taken = math.min(held, args.most)
  if taken > 0 then
    -- A minute longer than it takes to fill, since the time may be a test's, which runs slower.
    local life = math.ceil(burst * 1000 / rate) + 60000
    redis.call('SET', key, bucket.full_after(full_at, rate, burst, now, taken), 'PX', life)
  end
  local wait = taken > 0 and 0 or bucket.wait(full_at, rate, burst, now, 1)
  return cjson.encode({ taken = taken, left = held - taken, wait = wait })
end
