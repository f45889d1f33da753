-- The Interaction of an inbound. One that was stopped has no outbound leg; `blocked_by` and `code` say why: the table of
-- docs/inbound-messages.md.
local inbound_record = {}
local events = use('storage.events')
local interaction = use('sessions.interaction')
local lifetime = use('sessions.lifetime')
local session = use('sessions.session')
local STOPPED_BY = {
  ['opted-out'] = 'opt-out', unreachable = 'unreachable', blocked = 'block', region = 'region', content = 'content',
  loop = 'loop', ['person-limit'] = 'limit', ['pair-limit'] = 'limit', ['service-limit'] = 'limit',
  ceiling = 'limit',
}

-- A new one of `sender`, not yet saved.
function inbound_record.new(inbound, sender)
  return {
    sid = inbound.interaction, type = inbound.kind, sealed = inbound.sealed, flags = inbound.flags,
    unchecked = inbound.unchecked, segments = inbound.segments, segments_each = inbound.segments_each,
    encoding = inbound.encoding,
    inbound = {
      participant = sender.sid, resource = inbound.resource, redaction = inbound.redaction,
      status = inbound.kind == 'voice' and 'in-progress' or 'delivered',
    },
  }
end

local function new_stopped(tx, inbound)
  local s, slot = session.read_by_lease(tx, inbound.person, inbound.number)
  if not s or lifetime.is_over(s, tx.now) then return nil end
  return inbound_record.new(inbound, s.people[slot]), s
end

-- Writes down that it goes no further. `i`: the Interaction if there is one, which the app was asked about; else it is made
-- if its Session is known. Returns its SID, or nil.
function inbound_record.keep_stopped(tx, inbound, refusal, i)
  local by, known, s = STOPPED_BY[refusal.reason] or i and refusal.reason, i ~= nil, nil
  if not by then return nil end
  if not known then i, s = new_stopped(tx, inbound) end
  if not i then return nil end
  i.blocked_by, i.code = by, refusal.code
  if i.type == 'message' then i.inbound.status = 'received' end
  i.updated = tx.now
  local text = known and interaction.save(tx, i) or interaction.record(tx, s, i)
  events.emit(tx, known and 'interaction.updated' or 'interaction.created', i.session, text)
  return i.sid
end

return inbound_record
