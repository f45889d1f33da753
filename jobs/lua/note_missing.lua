#!lua
-- The carrier's lists do not have the leg of an Interaction. Said of two looks far enough apart, with no webhook between,
-- it never was: the message goes to the outbox, if it may still be sent, and its answer is empty from now on, or it would
-- go out twice; the call has failed.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { interaction, resource (what was asked for by its SID), apart_ms, window_ms, state (of the leg from now on),
--         whole (nothing of it can have been sent) }; sid is set here
-- Returns: { lost } or { error }
-- use: looked, seen, live, emit, outbox
local now, i = clock(), load_interaction(args.interaction)
if not i then return fail(20404) end
if load_entry(i.sid) then
  -- It is in the outbox since, which looks for it itself.
  unwatch(i)
  return cjson.encode({ lost = false })
end
local first = i.placed and not i.inbound.resource
local leg = first and i.inbound or i.outbound
if settled(i) or leg.resource then
  -- What was linked and is in no list any more was deleted there: nothing will come.
  if settled(i) or leg.resource == args.resource then unwatch(i) end
  return cjson.encode({ lost = false })
end
if not i.missed or now - i.missed < args.apart_ms then
  if not i.missed then
    i.missed = now
    save_interaction(i)
  end
  look_at(i, i.missed + args.apart_ms)
  return cjson.encode({ lost = false })
end

if first then
  move_on('voice', leg, 'failed')
  leg.status = leg.state
end
local s = load_session(i.session)
local p = args.whole and s and ACTIVE[s.status] and not is_due(s, now) and participant_of(s, i.outbound.participant)
if p then i.outbound.by = 'outbox' else move_on(i.type, i.outbound, args.state) end
i.missed, i.updated = nil, now
unwatch(i)
emit(now, 'interaction.updated', i.session, save_interaction(i))
if i.type == 'message' then
  args.sid = i.inbound and i.inbound.resource or i.sid
  remember(now, { outcome = 'silent', reason = 'lost' })
  emit(now, p and 'message.resent' or 'message.lost', i.session, { interaction = i.sid, sid = args.sid })
  if p then put_out(i, p, now) end
elseif s then
  end_call(s, i.sid, now)
end
return cjson.encode({ lost = true })
