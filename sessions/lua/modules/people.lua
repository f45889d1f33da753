-- The people in a Session: the present Participants are in its document `s` as { sid, who (index), number, created,
-- place (how many had joined by then), met (index of their last partner, if that one has left), … }; for the others
-- see sessions.former.
local people = {}
local former = use('sessions.former')

-- Returns the present Participant, or nil if `s` is nil or has no such Participant.
function people.participant(s, sid)
  for _, p in ipairs(s and s.people or {}) do
    if p.sid == sid then return p end
  end
end

-- Returns the same even if they have left.
function people.person(tx, s, sid)
  return people.participant(s, sid) or s and former.find(tx, s, sid) or nil
end

-- Returns the present Participant who is this person (an index), or nil.
function people.by_index(s, who)
  for _, p in ipairs(s.people) do
    if p.who == who then return p end
  end
end

-- Returns the other present Participant, or nil.
function people.partner(s, p)
  for _, other in ipairs(s.people) do
    if other.sid ~= p.sid then return other end
  end
end

-- Returns the index of their partner or, if that one has left, of their last partner. Their number cools towards
-- everybody else.
function people.last_partner(s, p)
  local partner = people.partner(s, p)
  return partner and partner.who or p.met
end

-- Adds the Participant to the document. The caller saves it.
function people.add(s, p)
  s.joined = s.joined + 1
  p.place = s.joined
  s.people[#s.people + 1] = p
end

-- Takes the Participant out of the document. The caller saves it.
function people.remove(tx, s, p)
  local partner = people.partner(s, p)
  if partner then partner.met = p.who end
  p.deleted, s.updated = tx.now, tx.now
  former.add(tx, s, p)
end

return people
