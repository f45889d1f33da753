#!lua
-- Takes some of what an account may ask for, up to `most`; `wait`: ms until there is more, 0 if some were there.
-- KEYS: 1 the account
-- ARGV: 1 JSON { class, rate, burst, most }
-- Returns: { taken, left, wait }
-- use: base, moment, bucket
local now, key, rate, burst = moment(), K.asked(args.class), args.rate, args.burst
local full_at = redis.call('GET', key)
local held = math.floor(tokens_in(full_at, rate, burst, now))
local taken = math.min(held, args.most)
if taken > 0 then
  -- A minute longer than it takes to fill, since the time may be a test's, which runs slower.
  local life = math.ceil(burst * 1000 / rate) + 60000
  redis.call('SET', key, full_after(full_at, rate, burst, now, taken), 'PX', life)
end
return cjson.encode({
  taken = taken, left = held - taken, wait = taken > 0 and 0 or wait_for(full_at, rate, burst, now, 1),
})
