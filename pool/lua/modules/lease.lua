-- Leases: inbounds find their route by them. `s`: a Session's document; only its SID and its people, { sid, who, number },
-- are read. `p`: one of them.
local lease = {}
local cell = use('pool.cell')
local number = use('pool.number')
local lease_history = use('pool.lease_history')
local lease_table = use('pool.lease_table')

function lease.is_held(tx, person, value)
  return lease_table.has(tx, person, value)
end

-- Returns the SID of the Session of this person's lease of this number; nil if they have none.
function lease.find(tx, person, value)
  return lease_table.find(tx, person, value)
end

-- Whether another person in this Session has the same number: then the Session is already counted there.
local function is_shared(tx, s, p)
  for _, other in ipairs(s.people) do
    if other.sid ~= p.sid and other.number == p.number and lease.find(tx, other.who, p.number) == s.sid then
      return true
    end
  end
  return false
end

local function cells_of(tx, value)
  local doc = number.read(tx, value)
  return doc and doc.cells or {}
end

function lease.take(tx, s, p)
  local shared = is_shared(tx, s, p)
  lease_table.put(tx, p.who, p.number, s.sid)
  if not shared then cell.add_session(tx, cells_of(tx, p.number), p.number) end
end

-- `partner`: index of the person whom they met, or nil. The number cools towards everybody else.
function lease.release(tx, s, p, partner)
  local shared = is_shared(tx, s, p)
  lease_table.remove(tx, p.who, p.number)
  cell.remove_sessions(tx, cells_of(tx, p.number), p.number, shared and 0 or 1)
  lease_history.add(tx, p.who, p.number, partner, s.sid)
end

return lease
