-- use: decide, interaction
-- The Interaction of an inbound. One that was stopped has no outbound leg; `blocked_by` and `code` say why: the table of
-- docs/inbound-messages.md.
local STOPPED_BY = {
  ['opted-out'] = 'opt-out', unreachable = 'unreachable', blocked = 'block', region = 'region', content = 'content', loop = 'loop',
  ['person-limit'] = 'limit', ['pair-limit'] = 'limit', ['service-limit'] = 'limit', ceiling = 'limit',
}

local function arrived(sender)
  return {
    sid = args.interaction, type = args.kind, sealed = args.sealed, flags = args.flags, unchecked = args.unchecked,
    segments = args.segments, segments_each = args.segments_each, encoding = args.encoding,
    inbound = {
      participant = sender.sid, resource = args.resource, status = args.kind == 'voice' and 'in-progress' or 'delivered',
      redaction = args.redact,
    },
  }
end

-- `i`: the Interaction if there is one, which the app was asked about; else it is made if its Session is known. Returns its
-- SID, or nil.
local function keep_stopped(i, why, now)
  local by, s, slot = STOPPED_BY[why.reason] or i and why.reason, nil, nil
  if by and not i then s, slot = lease_of(args.who, args.to) end
  if not by or not i and (not s or is_due(s, now)) then return nil end
  local known = i ~= nil
  i = i or arrived(s.people[slot])
  i.blocked_by, i.code = by, why.code
  if i.type == 'message' then i.inbound.status = 'received' end
  i.updated = now
  local text = known and save_interaction(i) or record(s, i, now)
  emit(now, known and 'interaction.updated' or 'interaction.created', i.session, text)
  return i.sid
end
