-- Limits how often people may write and call: a token bucket for each person, each pair of people and the Service. A
-- bucket holds the tokens of one minute.
local rate_limits = {}
local keys = use('storage.keys')
local bucket = use('storage.bucket')
local passing = use('storage.passing')
local OWNERS, KEEP_MS = { 'person', 'pair', 'service' }, 60000

local function pair_of(one, other)
  return one < other and one .. '|' .. other or other .. '|' .. one
end

-- Returns the names of the limits that are set, the keys of their buckets and what these hold (tokens).
local function limits_of(tx, kind, a_minute, person, partner)
  local owner = { person = person, pair = partner and pair_of(person, partner), service = '' }
  local names, buckets, bursts = {}, {}, {}
  for _, name in ipairs(OWNERS) do
    local burst = a_minute and a_minute[name] or 0
    if burst > 0 and owner[name] then
      local n = #names + 1
      names[n], buckets[n], bursts[n] = name, keys.rate(tx, kind .. ':' .. name .. ':' .. owner[name]), burst
    end
  end
  return names, buckets, bursts
end

-- Returns which limit is reached (person | pair | service), or takes a token of each and returns nil. `kind`: message |
-- voice; `a_minute`: tokens a minute for each limit, 0 for no limit, or nil if there are none; `partner`: nil if the
-- person is a stranger.
function rate_limits.reached(tx, kind, a_minute, person, partner)
  -- Use the server's clock: if it goes back, the Service's clock stands still, and nobody would get a token.
  local now, names, buckets, bursts = tx.server_now, limits_of(tx, kind, a_minute, person, partner)
  if #names == 0 then return nil end
  local full_at = redis.call('MGET', unpack(buckets))
  for n, name in ipairs(names) do
    full_at[n] = tonumber(full_at[n] or 0)
    if bucket.tokens(full_at[n], bursts[n] / 60, bursts[n], now) < 1 then return name end
  end
  for n, key in ipairs(buckets) do
    local after = bucket.full_after(full_at[n], bursts[n] / 60, bursts[n], now, 1)
    passing.set(key, after, math.ceil(after / 1000 - now) + KEEP_MS)
  end
end

return rate_limits
