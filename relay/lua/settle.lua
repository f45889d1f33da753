#!lua
-- Ends a question to the customer's app: by its owner, or by anybody once its time is over. The way is decided again.
-- What came in is as accept.lua kept it with the question.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { sid, window_ms, owner, verdict = route | blocked | refused | answered | silent | failed (no answer: the Service
--         says what then), why, status (of the app, why it failed), reason, code, say, answer (sealed; of answered), overdue (by a job: the carrier waits no more),
--         ceiling, grant (as accept.lua) }; kind, to, interaction, segments, send and all else of accept.lua's are set here
-- Returns: as accept.lua
-- use: inbound, overdue
local now, service_text = clock(), redis.call('GET', K.service())
if not service_text then return fail(20404) end
local svc = cjson.decode(service_text)
local before, question = recall(now), take_question(now)
if not question then return before or cjson.encode({ outcome = 'silent', reason = 'late' }) end

local i = load_interaction(args.interaction)
local session = i and i.session or ''
local way, why = decide(now)
local short = ask_for(way and args.kind == 'message' and args.segments or 0, now)
if short then return short end
take_grant(now)
end_question()
note_unanswered(question, i, question == 'intercept' and svc.on_intercept_failure or 'refuse', now)
if args.verdict == 'failed' and question == 'intercept' then
  if svc.on_intercept_failure == 'block' then
    args.verdict, args.reason, args.code, args.say = 'blocked', 'intercept-failed', 11200, 'blocked'
  end
elseif args.verdict == 'failed' then
  args.reason, args.code = 'out-of-session', 80913
end
if args.verdict == 'blocked' then
  keep_stopped(i, args, now)
  emit(now, args.kind == 'voice' and 'call.blocked' or 'message.blocked', session,
    { interaction = i and i.sid, reason = args.reason, code = args.code })
  local silent = not args.say or is_silent(now, {})
  return remember(now, { outcome = silent and 'silent' or 'refused', reason = args.reason, say = args.say,
    lang = way and way.sender.lang })
end
if args.verdict == 'answered' or args.verdict == 'silent' then
  emit(now, 'inbound.answered', session, { sid = args.sid, to = args.to, by = args.verdict })
  return remember(now, { outcome = args.verdict, reason = 'out-of-session', sealed = args.answer })
end
-- Nobody is on the line any more.
if args.overdue and args.kind == 'voice' then args.verdict, args.reason = 'refused', args.reason or 'unanswered' end
if args.verdict == 'refused' or not way then
  why = why or { session = way.s.sid }
  why.reason, why.code = args.reason or why.reason, args.code or why.code
  return refuse(now, why, i)
end
local reached = ceiling_reached(way.s.sid, now)
if reached then return refuse(now, reached, i) end
local known = i ~= nil
if not known then redact_inbound(service_text, now) end
i = i or arrived(way.sender)
i.inbound.participant = way.sender.sid
args.send = args.send or sends(service_text)
local outcome = lead_on(way, i, svc, now)
emit(now, known and 'interaction.updated' or 'interaction.created', way.s.sid, record(way.s, i, now))
return remember(now, outcome)
