-- The answers to the carrier. They are stored in small hashes of two generations: the present replay window (of
-- `window_ms`) and the one before it. Requests are refused once their URL is older than that (relay.freshness), so no
-- request is accepted whose answer is no longer kept. `key` is the carrier's SID and, for a call, its stage.
local answers = {}
local keys = use('storage.keys')

local function hash_of(tx, key, generation)
  return keys.seen(tx, generation .. ':' .. string.sub(key, 3, 5))
end

-- Returns the answer that is stored for `key`, or nil.
function answers.find(tx, key, window_ms)
  local generation = math.floor(tx.now / window_ms)
  local text = redis.call('HGET', hash_of(tx, key, generation), key)
    or redis.call('HGET', hash_of(tx, key, generation - 1), key)
  return text and cjson.decode(text) or nil
end

-- Whether an answer that was stored at `at` (ms) would still be found.
function answers.would_last(tx, at, window_ms)
  return math.floor(tx.now / window_ms) - math.floor(at / window_ms) <= 1
end

-- Stores the outcome as the answer for `key`. Returns it as JSON.
function answers.keep(tx, key, window_ms, outcome)
  local hash, text = hash_of(tx, key, math.floor(tx.now / window_ms)), cjson.encode(outcome)
  redis.call('HSET', hash, key, text)
  if redis.call('HLEN', hash) == 1 then redis.call('PEXPIRE', hash, 2 * window_ms) end
  return text
end

return answers
