#!lua
-- Decides an inbound message or call once; the same carrier SID and stage get the same outcome for the replay window.
-- If the customer's app has to be asked, the outcome is `deciding` until settle.lua; who asks is its owner.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { sid (carrier SID and stage), kind = message | voice, who, to, resource, interaction, sealed, window_ms,
--         owner, refusal (what is wrong with the inbound itself), word = stop | start | unstop | yes, answered (by the carrier), sender (sealed, of stop),
--         segments, segments_each (of each part of a long text), encoding, send (by the outbox), files (that came with it),
--         redact (set here), at (ms, of a late one), recent, kept, flags, blocked, unchecked (content policy), rates { person, pair,
--         service } (a minute), print (of the text), ceiling (there is one), grant { day, segments } }
-- Returns: { outcome = forward, interaction, recipient, sealed, from, lang, limit } | { outcome = refused, reason, say, lang, other }
--          | { outcome = silent, reason } | { outcome = answered, sealed } | { outcome = short, need } | { error } | { stale }
--          | { outcome = deciding, owner, until, question, interaction, known, and for the owner service, document, session }
-- use: guarded, keywords, question, content, known
local now, service_text = clock(), redis.call('GET', K.service())
local before, way, why = outdated()
if before or not service_text then return before or fail(20404) end
before = recall(now)
local stored = before and cjson.decode(before)
if stored and stored.owner == args.owner then return told(stored, service_text) end
-- A call that led nowhere, or that the app answered, comes again when a Redirect sends it: there may be a way for it now.
local again = stored and args.kind == 'voice' and stored.outcome ~= 'deciding' and stored.outcome ~= 'forward'
  and not string.find(stored.reason or '', '^intercept') and not string.find(stored.reason or '', '-limit', 1, true)
if stored and not again then return heard_again(stored, before) end
if not stored then redact_inbound(service_text, now) end
local far = args.refusal == 'region'
local heeded = args.word and (far or not args.refusal) and heed(cjson.decode(service_text), now, far)
if heeded then return heeded end
if args.refusal then
  local silent = far or args.kind == 'message' or overrun()
  return before or refuse(now, { reason = args.refusal, code = far and 21408 or nil, silent = silent and true })
end
way, why = decide(now)
if before and not way then return before end
local short = ask_for(args.kind == 'message' and (way and args.segments or why.silent and 0 or SAID_SEGMENTS) or 0, now)
if short then return short end
take_grant(now)
keep_recent(way, now)
local stop = way and stopped(way, now)
if stop then return stop end

local held = held_back(way, now)
if held then
  held.silent = held.silent or why and why.silent
  return refuse(now, held)
end

if way and asks(service_text, 'intercept_callback_url') then
  local i = arrived(way.sender)
  emit(now, 'interaction.created', way.s.sid, record(way.s, i, now))
  return defer('intercept', { interaction = i.sid }, service_text, now)
end
if not way and why.stranger and asks(service_text, 'out_of_session_callback_url') then
  return defer('out-of-session', { session = why.session }, service_text, now)
end
if not way then return refuse(now, why) end
args.send = args.send or sends(service_text)
local i = arrived(way.sender)
local outcome = lead_on(way, i, args.kind == 'voice' and cjson.decode(service_text), now)
emit(now, 'interaction.created', way.s.sid, record(way.s, i, now))
return remember(now, outcome)
