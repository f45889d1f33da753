-- The stored answers to the carrier: small hashes in two generations of the replay window (`window_ms`). `key`: the carrier's
-- SID, and the stage of a call.
local answers = {}
local keys = use('storage.keys')

local function hash_of(tx, key, generation)
  return keys.seen(tx, generation .. ':' .. string.sub(key, 3, 5))
end

-- The JSON that `key` was answered by, or nil.
function answers.find(tx, key, window_ms)
  local generation = math.floor(tx.now / window_ms)
  return redis.call('HGET', hash_of(tx, key, generation), key)
    or redis.call('HGET', hash_of(tx, key, generation - 1), key) or nil
end

-- Returns the outcome's JSON.
function answers.keep(tx, key, window_ms, outcome)
  local hash, text = hash_of(tx, key, math.floor(tx.now / window_ms)), cjson.encode(outcome)
  redis.call('HSET', hash, key, text)
  if redis.call('HLEN', hash) == 1 then redis.call('PEXPIRE', hash, 2 * window_ms) end
  return text
end

return answers
