-- How a Participant is stored: see sessions.packing. They change only when they leave.
local person_packing = {}
local row = use('storage.row')
local sids = use('storage.sids')

-- `since`: the creation of the Session.
function person_packing.row(p, since)
  return row.shortened({
    sids.pack(p.sid), p.who, p.sealed, p.number, sids.pack_often(p.pn), p.place, p.created - since, p.name or false,
    p.met or false, p.lang or false, p.zone or false, p.given or false, row.relative(since, p.deleted),
  }, 13)
end

function person_packing.person(fields, since)
  return {
    sid = sids.unpack('KP', fields[1]), who = fields[2], sealed = fields[3], number = fields[4],
    pn = sids.unpack('PN', fields[5]), place = fields[6], created = since + fields[7], name = fields[8] or nil,
    met = fields[9] or nil, lang = fields[10] or nil, zone = fields[11] or nil, given = fields[12] or nil,
    deleted = row.absolute(since, fields[13]),
  }
end

-- A Participant outside of the document: see sessions.former.
function person_packing.pack(p, since)
  return cmsgpack.pack(person_packing.row(p, since))
end

function person_packing.unpack(text, since)
  return person_packing.person(cmsgpack.unpack(text), since)
end

return person_packing
