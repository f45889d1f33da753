-- Counts the Idempotency-Keys that an account uses in 24 hours, by hours: each is stored for so long.
local request_count = {}
local keys = use('storage.keys')
local HOUR_MS, HOURS = 3600000, 24

local function this_hour(tx)
  return math.floor(tx.now / HOUR_MS)
end

-- Returns how many were used in the last 24 hours. Forgets the hours before.
function request_count.total(tx)
  local all, sum = redis.call('HGETALL', keys.requests(tx)), 0
  for n = 1, #all, 2 do
    if tonumber(all[n]) <= this_hour(tx) - HOURS then
      redis.call('HDEL', keys.requests(tx), all[n])
    else
      sum = sum + tonumber(all[n + 1])
    end
  end
  return sum
end

-- `change`: 1 for a key that is new, -1 for one that is forgotten.
function request_count.add(tx, change)
  redis.call('HINCRBY', keys.requests(tx), string.format('%d', this_hour(tx)), change)
  redis.call('PEXPIRE', keys.requests(tx), HOURS * HOUR_MS)
end

-- Returns how long it takes (ms) until the next hour begins, and older keys are no longer counted.
function request_count.wait(tx)
  return HOUR_MS - tx.now % HOUR_MS
end

return request_count
