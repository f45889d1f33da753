-- The answers to the carrier, each with the moment (ms) at which it was stored. An answer is given in the present replay
-- window (of `window_ms`) and the next one. Requests are refused once their URL is older than that (relay.freshness), so
-- no request is accepted whose answer is no longer kept. `key` is the carrier's SID and, for a call, its stage.
local answers = {}
local keys = use('storage.keys')

-- Whether an answer that was stored at `at` (ms) is still given.
function answers.is_given(tx, at, window_ms)
  return math.floor(tx.now / window_ms) - math.floor(at / window_ms) <= 1
end

-- Returns the answer that `text` is, as the store has it; nil if it is none or too old.
function answers.read(tx, text, window_ms)
  if not text then return nil end
  local stored = cjson.decode(text)
  return answers.is_given(tx, stored[1], window_ms) and stored[2] or nil
end

-- Returns the answer that is stored for `key`, or nil.
function answers.find(tx, key, window_ms)
  return answers.read(tx, redis.call('GET', keys.seen(tx, key)), window_ms)
end

-- Stores the outcome as the answer for `key`. Returns it as JSON.
function answers.keep(tx, key, window_ms, outcome)
  local text = cjson.encode(outcome)
  redis.call('SET', keys.seen(tx, key), '[' .. string.format('%d', tx.now) .. ',' .. text .. ']', 'PX', 2 * window_ms)
  return text
end

return answers
