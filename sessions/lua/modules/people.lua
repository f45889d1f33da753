-- The people in a Session's document `s`: a person is { sid, who (index), number, created, … }, `slot` is their place. Who
-- has left stays there, with `deleted`.
local people = {}

-- The person and their slot, even if they have left; nil if `s` is nil or has no such Participant.
function people.person(s, sid)
  for slot, p in ipairs(s and s.people or {}) do
    if p.sid == sid then return p, slot end
  end
end

-- The same for one who is still there.
function people.participant(s, sid)
  local p, slot = people.person(s, sid)
  if p and not p.deleted then return p, slot end
end

-- { { slot, person } } of those who are still there.
function people.participants(s)
  local found = {}
  for slot, p in ipairs(s.people) do
    if not p.deleted then found[#found + 1] = { slot = slot, person = p } end
  end
  return found
end

-- The other one who is still there, or nil.
function people.partner(s, slot)
  for n, p in ipairs(s.people) do
    if n ~= slot and not p.deleted then return p end
  end
end

return people
