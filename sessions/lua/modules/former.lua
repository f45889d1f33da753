-- Participants who have left a Session. They are not in its document, which each text reads and writes: a Session may
-- have many of them. The hash has three fields for each: its place -> the packed Participant, and its SID and its
-- person -> its place.
local former = {}
local keys = use('storage.keys')
local person_packing = use('sessions.person_packing')

-- Takes the Participant out of the document of `s`. The caller saves it.
function former.add(tx, s, p)
  for n, one in ipairs(s.people) do
    if one.sid == p.sid then table.remove(s.people, n) end
  end
  s.left_at = p.deleted
  redis.call('HSET', keys.former(tx, s.sid), p.place, person_packing.pack(p, s.created), p.sid, p.place,
    p.who, p.place)
end

-- Whether this person (an index) was once in the Session and has left it.
function former.has(tx, s, person)
  return s.left_at ~= nil and redis.call('HEXISTS', keys.former(tx, s.sid), person) == 1
end

-- Returns the Participant, or nil. `name`: their SID, or the person's index.
function former.find(tx, s, name)
  local place = s.left_at and redis.call('HGET', keys.former(tx, s.sid), name)
  if place then return person_packing.unpack(redis.call('HGET', keys.former(tx, s.sid), place), s.created) end
end

-- Returns the Participants of the Session from place `first` to place `last`, in the order in which they joined, with
-- those who have left.
function former.range(tx, s, first, last)
  local found, present = {}, {}
  for _, p in ipairs(s.people) do present[p.place] = p end
  for place = math.max(first, 1), math.min(last, s.joined) do
    local packed = not present[place] and redis.call('HGET', keys.former(tx, s.sid), place)
    found[#found + 1] = present[place] or person_packing.unpack(packed, s.created)
  end
  return found
end

return former
