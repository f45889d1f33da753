-- A token bucket in one number, `full_at`: the moment (ms) at which it is full again, nothing while it is full. It gains
-- `rate` tokens a second and holds `burst`. All are pure, so that a function can ask several buckets before it takes from
-- any.
local bucket = {}

local function missing(full_at, rate, burst, now)
  local tokens = math.max(0, (tonumber(full_at or 0) - now) * rate / 1000)
  -- More cannot be missing: the clock went back, or the limit is another. An empty one would stay so for as long.
  return tokens > burst + 0.01 and 0 or tokens
end

function bucket.tokens(full_at, rate, burst, now)
  -- A moment is kept to a fraction of a ms: a token that lacks no more than this is whole.
  return burst - missing(full_at, rate, burst, now) + 0.001
end

-- `full_at` once `count` are taken.
function bucket.full_after(full_at, rate, burst, now, count)
  return string.format('%.4f', now + (missing(full_at, rate, burst, now) + count) * 1000 / rate)
end

-- Until `count` are in it, in ms.
function bucket.wait(full_at, rate, burst, now, count)
  return math.ceil(math.max(0, count - bucket.tokens(full_at, rate, burst, now)) * 1000 / rate)
end

return bucket
