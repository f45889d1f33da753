-- The people in a Session's document `s`: a person is { sid, who (index), number, created, … }, `slot` is their place.
-- Somebody who has left stays in the document, with the field `deleted`.
local people = {}

-- Returns the person and their slot, even if they have left; nil if `s` is nil or has no such Participant.
function people.person(s, sid)
  for slot, p in ipairs(s and s.people or {}) do
    if p.sid == sid then return p, slot end
  end
end

-- Returns the same for a person who has not left.
function people.participant(s, sid)
  local p, slot = people.person(s, sid)
  if p and not p.deleted then return p, slot end
end

-- Returns { { slot, person } } of those who have not left.
function people.participants(s)
  local found = {}
  for slot, p in ipairs(s.people) do
    if not p.deleted then found[#found + 1] = { slot = slot, person = p } end
  end
  return found
end

-- Returns the other person who has not left, or nil.
function people.partner(s, slot)
  for n, p in ipairs(s.people) do
    if n ~= slot and not p.deleted then return p end
  end
end

return people
