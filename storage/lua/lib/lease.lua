-- use: base, session, past
-- A lease is a field of leases:<person>: proxy number -> Session SID and the person's place in it. It is the route.
local UNIT = 4294967296 -- one live lease in a cell's score; below it stands the second of the last release

local function holds(who, number)
  return redis.call('HEXISTS', K.leases(who), number) == 1
end

local docs = {}

local function number_doc(number)
  if not docs[number] then
    local text = redis.call('HGET', K.numbers(), number)
    docs[number] = text and cjson.decode(text)
  end
  return docs[number]
end

-- Where a route leads: the Session's SID and the place in it.
local function end_of(route)
  return string.sub(route, 1, 34), tonumber(string.sub(route, 35))
end

local function take(s, slot)
  local p = s.people[slot]
  redis.call('HSET', K.leases(p.who), p.number, s.sid .. slot)
  local doc = number_doc(p.number)
  for _, cell in ipairs(doc.cells) do redis.call('ZINCRBY', K.cell(cell), UNIT, p.number) end
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
  add_past(p, partner, s, now)
end
