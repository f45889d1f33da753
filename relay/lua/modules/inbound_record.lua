-- The Interaction of an inbound. If the inbound was stopped, the Interaction has no outbound leg, and `blocked_by` and
-- `code` give the reason: see the table in docs/inbound-messages.md.
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

-- Returns a new Interaction from `sender`. It is not saved yet.
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
  local s, sender = session.read_by_lease(tx, inbound.person, inbound.number)
  if not s or lifetime.has_expired(s, tx.now) then return nil end
  return inbound_record.new(inbound, sender), s
end

-- Saves that the inbound was stopped. `i`: its Interaction, if the app was asked about it; without one, a new
-- Interaction is made if its Session is known. Returns the Interaction's SID, or nil.
function inbound_record.save_stopped(tx, inbound, refusal, i)
  local blocked_by, is_known, s = STOPPED_BY[refusal.reason] or i and refusal.reason, i ~= nil, nil
  if not blocked_by then return nil end
  if not is_known then i, s = new_stopped(tx, inbound) end
  if not i then return nil end
  i.blocked_by, i.code = blocked_by, refusal.code
  if i.type == 'message' then i.inbound.status = 'received' end
  i.updated = tx.now
  local text = is_known and interaction.save(tx, i) or interaction.record(tx, s, i)
  events.emit(tx, is_known and 'interaction.updated' or 'interaction.created', i.session, text)
  return i.sid
end

return inbound_record
