-- A lease is a field of leases:<person>: proxy number -> Session SID and the person's place in it (slot). Inbounds find
-- their route by it. `s`: a Session's document; only its SID and its people, { who, number }, are read.
local lease = {}
local keys = use('storage.keys')
local cell = use('pool.cell')
local number = use('pool.number')
local lease_history = use('pool.lease_history')

function lease.is_held(tx, person, value)
  return redis.call('HEXISTS', keys.leases(tx, person), value) == 1
end

-- Returns the Session SID and the slot of a lease.
function lease.parse(text)
  return string.sub(text, 1, 34), tonumber(string.sub(text, 35))
end

-- Returns the same for this person's lease of this number; nil if they have none.
function lease.find(tx, person, value)
  local text = redis.call('HGET', keys.leases(tx, person), value)
  if text then return lease.parse(text) end
end

-- Whether another person in this Session has the same number: then the Session is already counted there.
local function is_shared(tx, s, slot)
  local p = s.people[slot]
  for n, other in ipairs(s.people) do
    if n ~= slot and other.number == p.number
      and redis.call('HGET', keys.leases(tx, other.who), p.number) == s.sid .. n then return true end
  end
  return false
end

local function cells_of(tx, value)
  local doc = number.read(tx, value)
  return doc and doc.cells or {}
end

function lease.take(tx, s, slot)
  local p, shared = s.people[slot], is_shared(tx, s, slot)
  redis.call('HSET', keys.leases(tx, p.who), p.number, s.sid .. slot)
  if not shared then cell.add_session(tx, cells_of(tx, p.number), p.number) end
end

-- `partner`: index of the person whom they met, or nil. The number cools towards everybody else.
function lease.release(tx, s, slot, partner)
  local p, shared = s.people[slot], is_shared(tx, s, slot)
  redis.call('HDEL', keys.leases(tx, p.who), p.number)
  cell.remove_sessions(tx, cells_of(tx, p.number), p.number, shared and 0 or 1)
  lease_history.add(tx, p.who, p.number, partner, s.sid)
end

return lease
