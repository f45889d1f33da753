#!lua
-- Notes what the carrier says of an Interaction's outbound leg. Statuses only move forward; see lib/statuses.lua.
-- A call that put nobody through has no duration, however long a mailbox talked. Without state it only reads. A callee
-- who is asked to press 1 and does not was never put through, though the carrier says `completed` of that leg.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { interaction, resource, state, code, duration (seconds), found (true: by us, in the
--         carrier's list), taken (true: the callee pressed 1, or was put through) }
-- Returns: { interaction, lang (of the one who began it), other (language of the other one) } or { error } or { stale }
-- use: interaction, live, emit, statuses, looked, outbox, redact_gone, learn, known
local now = clock()
local stale = outdated()
if stale then return stale end
local i = load_interaction(args.interaction)
if not i then redact_orphan(args.resource, now) end
if not i or not i.outbound then return fail(20404) end
local leg = i.outbound
-- Whoever names a message that is still to be sent, or of which nobody knows, says that it went out.
local e = args.resource and i.type == 'message' and load_entry(i.sid)
if e then
  leave_line(e, now)
  look_at(i, now + FIRST_LOOK_MS)
end
if args.taken and leg.asked and not leg.taken then
  leg.taken = true
  save_interaction(i)
end
local state = args.state
if state == 'completed' and leg.asked and not leg.taken then state = 'no-answer' end
local moved = name_leg(i.type, leg, args.resource, args.found)
local ours = args.resource == nil or args.resource == leg.resource
if ours and state and move_on(i.type, leg, state, args.code) then
  moved = true
  if i.type == 'message' then reach.hear(i, now) end
end
if i.type == 'voice' and is_last('voice', leg.state) and leg.state ~= 'completed' then
  i.duration = nil
elseif ours and args.duration and args.duration > (i.duration or -1) then
  i.duration, moved = args.duration, true
end

local s = i.type == 'voice' and load_session(i.session)
if moved then
  i.updated = now
  redact_outbound(i, is_last(i.type, leg.state), now)
  emit(now, 'interaction.updated', i.session, save_interaction(i))
  if s and is_last(i.type, leg.state) then end_call(s, i.sid, now) end
  if settled(i) then unwatch(i) end
end
if args.found then look_again(i, now) end
local lang, other
for _, p in ipairs(s and s.people or {}) do
  if i.inbound and p.sid == i.inbound.participant then lang = p.lang end
  if p.sid == leg.participant then other = p.lang end
end
return cjson.encode({ interaction = i, lang = lang, other = other })
