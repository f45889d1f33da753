-- use: base, session
-- A lease is a field of leases:<person>: proxy number -> Session SID and the person's place in it. It is the route.
local UNIT = 4294967296 -- one live lease in a cell's score; below it stands the second of the last release
local PAST_MOST = 32
local PAST_SECONDS = 90 * 86400

local function number_doc(number)
  local text = redis.call('HGET', K.numbers(), number)
  return text and cjson.decode(text)
end

local function take(s, slot)
  local p = s.people[slot]
  redis.call('HSET', K.leases(p.who), p.number, s.sid .. slot)
  local doc = number_doc(p.number)
  for _, cell in ipairs(doc.cells) do redis.call('ZINCRBY', K.cell(cell), UNIT, p.number) end
end

local function forget_oldest(key)
  if redis.call('HLEN', key) <= PAST_MOST then return end
  local oldest, least
  local all = redis.call('HGETALL', key)
  for n = 1, #all, 2 do
    local at = tonumber(string.match(all[n + 1], '^%d+'))
    if not least or at < least then oldest, least = all[n], at end
  end
  redis.call('HDEL', key, oldest)
end

-- A drained number has left its cells: XX never brings it back.
local function lower(number, now)
  local doc = number_doc(number)
  for _, cell in ipairs(doc and doc.cells or {}) do
    local score = tonumber(redis.call('ZSCORE', K.cell(cell), number) or 0)
    local live = math.max(math.floor(score / UNIT) - 1, 0)
    redis.call('ZADD', K.cell(cell), 'XX', live * UNIT + math.floor(now / 1000), number)
  end
end

local function release(s, slot, partner, now)
  local p = s.people[slot]
  redis.call('HDEL', K.leases(p.who), p.number)
  lower(p.number, now)
  local past = K.past(p.who)
  redis.call('HSET', past, p.number, string.format('%.0f|%s|%s', now, partner and partner.who or '', s.sid))
  redis.call('EXPIRE', past, PAST_SECONDS)
  forget_oldest(past)
end
