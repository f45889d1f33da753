-- How a Session is stored: as MessagePack, with each field known by its position, so that no names are stored. A new
-- field must be added at the end. A Participant's moments are stored relative to the Session's creation.
local packing = {}

local function person_row(p, since)
  return {
    p.sid, p.who, p.sealed, p.number, p.pn, p.name or false, p.created - since, p.updated - since,
    p.deleted and p.deleted - since or false, p.lang or false,
    p.given or false, p.zone or false, p.place, p.met or false,
  }
end

local function person_of(row, since)
  return {
    sid = row[1], who = row[2], sealed = row[3], number = row[4], pn = row[5], name = row[6] or nil,
    created = since + row[7], updated = since + row[8], deleted = row[9] and since + row[9] or nil,
    lang = row[10] or nil, given = row[11] or nil, zone = row[12] or nil, place = row[13], met = row[14] or nil,
  }
end

-- A Participant outside of the document: see sessions.former.
function packing.pack_person(p, since)
  return cmsgpack.pack(person_row(p, since))
end

function packing.unpack_person(text, since)
  return person_of(cmsgpack.unpack(text), since)
end

function packing.pack(s)
  local people = {}
  for n, p in ipairs(s.people) do people[n] = person_row(p, s.created) end
  return cmsgpack.pack({
    s.created, s.updated - s.created, s.mode, s.status, s.ttl, s.expiry or false, s.reason, s.started or false,
    s.ended or false, s.last or false, s.reopened or false, s.unique_name or false, s.change or false, people,
    s.live or false, s.joined, s.left_at or false, s.name_hash or false,
  })
end

function packing.unpack(text)
  local row = cmsgpack.unpack(text)
  local created, people = row[1], {}
  for n, person in ipairs(row[14]) do people[n] = person_of(person, created) end
  return {
    created = created, updated = created + row[2], mode = row[3], status = row[4], ttl = row[5], expiry = row[6] or nil,
    reason = row[7], started = row[8] or nil, ended = row[9] or nil, last = row[10] or nil, reopened = row[11] or nil,
    unique_name = row[12] or nil, change = row[13] or nil, people = people,
    live = row[15] or nil, joined = row[16], left_at = row[17] or nil, name_hash = row[18] or nil,
  }
end

return packing
