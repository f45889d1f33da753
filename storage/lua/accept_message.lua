#!lua
-- Decides an inbound message once; the same carrier SID gets the same outcome again for the replay window.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { sid, who, to, interaction, sealed, window_ms, refusal (what is wrong with the message itself) }
-- Returns: { outcome = forward, interaction, recipient, sealed, from } | { outcome = neutral, reason, text }
--          | { outcome = silent, reason } | { error }
-- use: close, interaction, seen
local now, service_text = clock(), redis.call('GET', K.service())
if not service_text then return fail(20404) end
local before = recall(now)
if before then return before end

local function refuse(outcome, reason, code, session_sid)
  emit(now, 'inbound.refused', session_sid or '', { sid = args.sid, to = args.to, reason = reason, code = code })
  local text = outcome == 'neutral' and cjson.decode(service_text).neutral_reply or nil
  return remember(now, { outcome = outcome, reason = reason, text = text })
end

if args.refusal then return refuse('silent', args.refusal) end
if redis.call('SISMEMBER', K.own(), args.who) == 1 then return refuse('silent', 'own-number') end
local route = redis.call('HGET', K.leases(args.who), args.to)
local s, slot
if route then
  local sid
  sid, slot = end_of(route)
  s = load_session(sid)
end
if not s then
  local known = past_session(args.who, args.to)
  return refuse('neutral', known and 'closed' or 'unknown', 80905, known)
end
if is_due(s, now) then
  close_if_due(s, now)
  return refuse('neutral', 'expired', 80904, s.sid)
end
if s.mode == 'voice-only' then return refuse('neutral', 'voice-only', 80910, s.sid) end
local recipient = partner_of(s, slot)
if not recipient then return refuse('neutral', 'no-partner', 80614, s.sid) end

local i = {
  sid = args.interaction, type = 'message', sealed = args.sealed,
  inbound = { participant = s.people[slot].sid, resource = args.sid, status = 'delivered' },
  outbound = { participant = recipient.sid, status = 'queued' },
}
emit(now, 'interaction.created', s.sid, record(s, i, now))
return remember(now, {
  outcome = 'forward', interaction = i.sid, recipient = recipient.sid, sealed = recipient.sealed, from = recipient.number,
})
