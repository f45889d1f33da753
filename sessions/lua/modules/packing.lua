-- How a Session is stored: as MessagePack, with each field known by its position, so that no names are stored. A new
-- field must be added at the end. A Participant's moments are stored relative to the Session's creation.
local packing = {}

function packing.pack(s)
  local people = {}
  for slot, p in ipairs(s.people) do
    people[slot] = {
      p.sid, p.who, p.sealed, p.number, p.pn, p.name or false, p.created - s.created, p.updated - s.created,
      p.deleted and p.deleted - s.created or false, p.lang or false,
      p.given or false, p.zone or false,
    }
  end
  return cmsgpack.pack({
    s.created, s.updated - s.created, s.mode, s.status, s.ttl, s.expiry or false, s.reason, s.started or false,
    s.ended or false, s.last or false, s.reopened or false, s.unique_name or false, s.change or false, people,
    s.live or false,
  })
end

function packing.unpack(text)
  local row = cmsgpack.unpack(text)
  local created, people = row[1], {}
  for slot, p in ipairs(row[14]) do
    people[slot] = {
      sid = p[1], who = p[2], sealed = p[3], number = p[4], pn = p[5], name = p[6] or nil,
      created = created + p[7], updated = created + p[8], deleted = p[9] and created + p[9] or nil,
      lang = p[10] or nil, given = p[11] or nil, zone = p[12] or nil,
    }
  end
  return {
    created = created, updated = created + row[2], mode = row[3], status = row[4], ttl = row[5], expiry = row[6] or nil,
    reason = row[7], started = row[8] or nil, ended = row[9] or nil, last = row[10] or nil, reopened = row[11] or nil,
    unique_name = row[12] or nil, change = row[13] or nil, people = people,
    live = row[15] or nil,
  }
end

return packing
