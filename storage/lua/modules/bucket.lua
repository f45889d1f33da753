-- A token bucket that is stored as one whole number, `full_at`: the moment (microseconds) at which it is full again, or
-- nil if it is full. It gains `rate` tokens a second and holds `burst`; `now` in ms. No function here writes, so that a
-- caller can check several buckets before it takes a token from any of them.
local bucket = {}

local function missing(full_at, rate, burst, now)
  local tokens = math.max(0, (tonumber(full_at or 0) / 1000 - now) * rate / 1000)
  -- More than `burst` cannot be missing: the clock went back, or the limit was changed. Count it as full, since
  -- otherwise it would stay empty for that long.
  return tokens > burst + 0.01 and 0 or tokens
end

function bucket.tokens(full_at, rate, burst, now)
  -- `full_at` is rounded to a microsecond: count a token as whole if it lacks no more than that.
  return burst - missing(full_at, rate, burst, now) + 0.001
end

-- Returns the new `full_at` after `count` tokens are taken.
function bucket.full_after(full_at, rate, burst, now, count)
  return math.ceil((now + (missing(full_at, rate, burst, now) + count) * 1000 / rate) * 1000)
end

-- Returns how long (ms) it takes until the bucket has `count` tokens.
function bucket.wait(full_at, rate, burst, now, count)
  return math.ceil(math.max(0, count - bucket.tokens(full_at, rate, burst, now)) * 1000 / rate)
end

return bucket
