#!lua
-- The carrier's lists do not have the leg of an Interaction. Said of two looks far enough apart, with no webhook between,
-- it never was: the message is lost, and its answer is empty from now on, or it would go out by a late repeat after all;
-- the call has failed.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { interaction, resource (what was asked for by its SID), apart_ms, window_ms, state (of the leg from now on); sid is set here }
-- Returns: { lost } or { error }
-- use: looked, seen, live, emit
local now, i = clock(), load_interaction(args.interaction)
if not i then return fail(20404) end
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
move_on(i.type, i.outbound, args.state)
i.missed, i.updated = nil, now
unwatch(i)
emit(now, 'interaction.updated', i.session, save_interaction(i))
if i.type == 'message' then
  args.sid = i.inbound.resource
  remember(now, { outcome = 'silent', reason = 'lost' })
  emit(now, 'message.lost', i.session, { interaction = i.sid, sid = i.inbound.resource })
else
  local s = load_session(i.session)
  if s then end_call(s, i.sid, now) end
end
return cjson.encode({ lost = true })
