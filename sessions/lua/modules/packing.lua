-- How a Session is stored: as MessagePack, with each field known by its position, so that no names are stored. A new
-- field must be added at the end. Moments are stored relative to the Session's creation.
local packing = {}
local row = use('storage.row')
local person_packing = use('sessions.person_packing')
local MODES = { 'message-only', 'voice-only', 'voice-and-message' }
local REASONS = { 'api', 'ttl', 'expiry' }
local STATUSES = { 'open', 'in-progress', 'closed', 'failed', 'unknown' }

local function position(list, value)
  for n, one in ipairs(list) do
    if one == value then return n end
  end
end

function packing.pack(s)
  local since, people = s.created, {}
  for n, p in ipairs(s.people) do people[n] = person_packing.row(p, since) end
  return cmsgpack.pack(row.shortened({
    since, s.updated - since, position(MODES, s.mode), position(STATUSES, s.status), s.ttl, s.joined, people,
    row.relative(since, s.started), row.relative(since, s.last), row.relative(since, s.ended),
    position(REASONS, s.reason) or false, s.change or false, s.expiry or false, s.live or false,
    row.relative(since, s.reopened), row.relative(since, s.left_at), s.unique_name or false, s.name_hash or false,
    s.listed or false,
  }, 19))
end

function packing.unpack(text)
  local fields = cmsgpack.unpack(text)
  local since, people = fields[1], {}
  for n, person in ipairs(fields[7]) do people[n] = person_packing.person(person, since) end
  return {
    created = since, updated = since + fields[2], mode = MODES[fields[3]], status = STATUSES[fields[4]],
    ttl = fields[5], joined = fields[6], people = people, started = row.absolute(since, fields[8]),
    last = row.absolute(since, fields[9]), ended = row.absolute(since, fields[10]), reason = REASONS[fields[11]] or '',
    change = fields[12] or nil, expiry = fields[13] or nil, live = fields[14] or nil,
    reopened = row.absolute(since, fields[15]), left_at = row.absolute(since, fields[16]),
    unique_name = fields[17] or nil, name_hash = fields[18] or nil, listed = fields[19] or nil,
  }
end

return packing
