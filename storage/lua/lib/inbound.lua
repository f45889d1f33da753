-- use: decide, interaction, live, seen, watch, outbox, attachment
-- What becomes of an inbound, remembered under the carrier's SID and stage.
local function refuse(now, why)
  emit(now, 'inbound.refused', why.session or '', { sid = args.sid, to = args.to, reason = why.reason, code = why.code })
  if why.silent then return remember(now, { outcome = 'silent', reason = why.reason }) end
  return remember(now, { outcome = 'refused', reason = why.reason, say = why.say or 'neutral_reply', lang = why.lang })
end

local function arrived(way)
  return {
    sid = args.interaction, type = args.kind, sealed = args.sealed, segments = args.segments, encoding = args.encoding, flags = args.flags,
    inbound = {
      participant = way.sender.sid, resource = args.resource, status = args.kind == 'voice' and 'in-progress' or 'delivered',
    },
  }
end

-- The outbound leg of `i`, before it is written; returns the outcome.
local function lead_on(way, i, svc, now)
  local p = way.recipient
  i.outbound = { participant = p.sid, status = i.type == 'voice' and 'initiated' or 'queued', state = 'queued' }
  if i.type == 'message' and (args.send or is_waiting(p.number, p.who)) then
    -- Behind what is still to be sent to the same person: an answer of ours would overtake it.
    i.outbound.by = 'outbox'
    if args.files then attach(i, args.files, now) end
    put_out(i, p, now)
    return { outcome = 'silent', reason = 'outbox' }
  end
  watch(i, svc, now)
  return {
    outcome = 'forward', interaction = i.sid, recipient = p.sid, sealed = p.sealed, from = p.number, lang = p.lang,
    limit = i.type == 'voice' and begin_call(way.s, i, svc, now) or nil,
  }
end
