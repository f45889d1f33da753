-- Takes up to `most` tokens of an account's request rate. `wait`: ms until the next token, 0 if any was taken.
-- KEYS: 1 the account
-- ARGV: 1 JSON { class, rate, burst, most }
-- Returns: { taken, left, wait }
local keys = use('storage.keys')
local bucket = use('storage.bucket')

return function(tx, args)
  local now, key, rate, burst = tx.now, keys.asked(tx, args.class), args.rate, args.burst
  local full_at = redis.call('GET', key)
  local available = math.floor(bucket.tokens(full_at, rate, burst, now))
  local taken = math.min(available, args.most)
  if taken > 0 then
    -- Keep the key a minute longer than the bucket takes to fill, since a test's clock may run slower.
    local life = math.ceil(burst * 1000 / rate) + 60000
    redis.call('SET', key, bucket.full_after(full_at, rate, burst, now, taken), 'PX', life)
  end
  local wait = taken > 0 and 0 or bucket.wait(full_at, rate, burst, now, 1)
  return cjson.encode({ taken = taken, left = available - taken, wait = wait })
end
