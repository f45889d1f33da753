-- use: base
-- The stored answers to the carrier: small hashes in two generations of the replay window.
local function seen_key(generation)
  return K.seen(generation .. ':' .. string.sub(args.sid, 3, 5))
end

local function recall(now)
  local generation = math.floor(now / args.window_ms)
  return redis.call('HGET', seen_key(generation), args.sid) or redis.call('HGET', seen_key(generation - 1), args.sid)
end

local function remember(now, outcome)
  local key = seen_key(math.floor(now / args.window_ms))
  local text = cjson.encode(outcome)
  redis.call('HSET', key, args.sid, text)
  if redis.call('HLEN', key) == 1 then redis.call('PEXPIRE', key, 2 * args.window_ms) end
  return text
end
