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

-- Returns which limit is reached (person | pair | service), or takes a token of each and returns nil. `kind`: message |
-- voice; `a_minute`: tokens a minute for each limit, 0 for no limit, or nil if there are none; `partner`: nil if the
-- person is a stranger.
function rate_limits.reached(tx, kind, a_minute, person, partner)
  -- Use the server's clock: if it goes back, the Service's clock stands still, and nobody would get a token.
  local now, taken = tx.server_now, {}
  local owner = { person = person, pair = partner and pair_of(person, partner), service = '' }
  for _, name in ipairs(OWNERS) do
    local burst = a_minute and a_minute[name] or 0
    if burst > 0 and owner[name] then
      local key, rate = keys.rate(tx, kind .. ':' .. name .. ':' .. owner[name]), burst / 60
      local full_at = redis.call('GET', key)
      if bucket.tokens(full_at, rate, burst, now) < 1 then return name end
      taken[#taken + 1] = { key, bucket.full_after(full_at, rate, burst, now, 1) }
    end
  end
  for _, one in ipairs(taken) do
    passing.set(one[1], one[2], math.ceil(one[2] - now) + KEEP_MS)
  end
end

return rate_limits
