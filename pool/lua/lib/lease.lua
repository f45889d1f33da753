-- use: base, session, past
-- A lease is a field of leases:<person>: proxy number -> Session SID and the person's place in it. It is the route.
local UNIT = 4294967296 -- one open Session in a cell's score; below it stands the second of the last release

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

-- Whether the other one of this Session has the same number: the Session counts once at it.
local function is_shared(s, slot)
  local p = s.people[slot]
  for n, other in ipairs(s.people) do
    if n ~= slot and other.number == p.number and redis.call('HGET', K.leases(other.who), p.number) == s.sid .. n then
      return true
    end
  end
  return false
end

local function take(s, slot)
  local p, shared = s.people[slot], is_shared(s, slot)
  redis.call('HSET', K.leases(p.who), p.number, s.sid .. slot)
  if shared then return end
  local doc = number_doc(p.number)
  for _, cell in ipairs(doc.cells) do redis.call('ZINCRBY', K.cell(cell), UNIT, p.number) end
end

-- A drained number has left its cells: XX never brings it back.
local function lower(number, by, now)
  local doc = number_doc(number)
  for _, cell in ipairs(doc and doc.cells or {}) do
    local score = tonumber(redis.call('ZSCORE', K.cell(cell), number) or 0)
    local live = math.max(math.floor(score / UNIT) - by, 0)
    redis.call('ZADD', K.cell(cell), 'XX', live * UNIT + math.floor(now / 1000), number)
  end
end

local function release(s, slot, partner, now)
  local p = s.people[slot]
  local shared = is_shared(s, slot)
  redis.call('HDEL', K.leases(p.who), p.number)
  lower(p.number, shared and 0 or 1, now)
  add_past(p, partner, s, now)
end
