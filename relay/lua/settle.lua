-- Settles a question to the customer's app: its owner may do so, and anybody once its time is over. The route is found
-- again, for the inbound that accept stored with the question.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { key, owner, window_ms, ceiling, by_api, late_at (of the inbound as it came now), grant (as accept),
--         given = { verdict = route | blocked | refused | answered | silent | failed (no answer: the Service's settings
--         decide), why (it failed), status (HTTP status of the app), reason, code, say, answer (sealed; if answered),
--         overdue (true: a job settles it, the carrier no longer waits) } }
-- Returns: as accept
local service = use('storage.service')
local reply = use('storage.reply')
local segment_allowance = use('policy.segment_allowance')
local interaction = use('sessions.interaction')
local answers = use('relay.answers')
local questions = use('relay.questions')
local routing = use('relay.routing')
local unanswered = use('relay.unanswered')
local verdict = use('relay.verdict')

-- Returns the question if this caller may settle it now, or nil.
local function take_question(tx, args)
  local asked = questions.read(tx, args.key)
  if not asked or asked.inbound.owner ~= args.owner and tx.now < asked['until'] then return nil end
  local inbound = asked.inbound
  inbound.window_ms, inbound.ceiling = args.window_ms, args.ceiling
  inbound.late_at, inbound.by_api = inbound.late_at or args.late_at, inbound.by_api or args.by_api
  -- The app may have opened a Session for it: such a Session is younger than the inbound.
  if inbound.late_at and asked.question == 'out-of-session' then inbound.late_at = tx.now end
  -- What the app changed while it was asked counts. A person who joined later is not the one who was written to.
  if args.given.overdue then inbound.late_at, inbound.by_api = asked['until'], true end
  return asked
end

return function(tx, args)
  local rules, given = service.read(tx), args.given
  if not rules then return reply.error(20404) end
  local asked = take_question(tx, args)
  if not asked then
    return cjson.encode(answers.find(tx, args.key, args.window_ms) or { outcome = 'silent', reason = 'late' })
  end
  local inbound, i = asked.inbound, interaction.read(tx, asked.inbound.interaction)
  local route, refusal = routing.find_route(tx, inbound)
  local needed = route and inbound.kind == 'message' and inbound.segments or 0
  local short_reply = segment_allowance.short_reply(tx, inbound.ceiling, args.grant, needed)
  if short_reply then return short_reply end
  segment_allowance.take_grant(tx, args.grant)
  questions.remove(tx, inbound.key)
  unanswered.apply(tx, asked, given, i, rules)
  return verdict.reply(tx, inbound, given, i, route, refusal, rules)
end
