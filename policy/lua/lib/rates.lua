-- use: base, bucket, moment
-- How often people may write and call: a token bucket for each person, each two people and the Service. args.rates has
-- the tokens a minute of each, 0 for no limit; a bucket holds a minute's worth.
local OWNERS, KEEP_MS = { 'person', 'pair', 'service' }, 60000

local function pair_of(one, other)
  return one < other and one .. '|' .. other or other .. '|' .. one
end

-- Which limit is reached; nil once a token is taken of each.
local function overrun(way)
  -- Not the Service's clock: that stands still while the server's goes back, and nobody would get a token.
  local now = moment()
  local owner = { person = args.who, pair = way and pair_of(way.sender.who, way.recipient.who), service = '' }
  local taken = {}
  for _, name in ipairs(OWNERS) do
    local a_minute = args.rates and args.rates[name] or 0
    if a_minute > 0 and owner[name] then
      local key, rate = K.rate(args.kind .. ':' .. name .. ':' .. owner[name]), a_minute / 60
      local full_at = redis.call('GET', key)
      if tokens_in(full_at, rate, a_minute, now) < 1 then return name end
      taken[#taken + 1] = { key, full_after(full_at, rate, a_minute, now, 1) }
    end
  end
  for _, one in ipairs(taken) do
    redis.call('SET', one[1], one[2], 'PX', math.ceil(one[2] - now) + KEEP_MS)
  end
end
