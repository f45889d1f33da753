-- Ends a question to the customer's app: by its owner, or by anybody once its time is over. The way is decided again. What
-- came in is as accept kept it with the question.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { key, owner, window_ms, ceiling, by_api, late_at (of the inbound as it came now), grant (as accept), given = {
--         verdict = route | blocked | refused | answered | silent | failed (no answer: the Service says what then), why,
--         status (of the app, why it failed), reason, code, say, answer (sealed; of answered), overdue (by a job: the
--         carrier waits no more) } }
-- Returns: as accept
local service = use('storage.service')
local reply = use('storage.reply')
local segment_allowance = use('policy.segment_allowance')
local interaction = use('sessions.interaction')
local answers = use('relay.answers')
local questions = use('relay.questions')
local route = use('relay.route')
local unanswered = use('relay.unanswered')
local verdict = use('relay.verdict')

-- The question if it may be ended now: by its owner, or by anybody once its time is over.
local function take(tx, args)
  local asked = questions.read(tx, args.key)
  if not asked or asked.inbound.owner ~= args.owner and tx.now < asked['until'] then return nil end
  local inbound = asked.inbound
  inbound.window_ms, inbound.ceiling = args.window_ms, args.ceiling
  inbound.late_at, inbound.by_api = inbound.late_at or args.late_at, inbound.by_api or args.by_api
  -- A Session that the app opened for it began later than it came.
  if inbound.late_at and asked.question == 'out-of-session' then inbound.late_at = tx.now end
  -- What the app did while it was asked counts; whoever came after that is somebody else.
  if args.given.overdue then inbound.late_at, inbound.by_api = asked['until'], true end
  return asked
end

return function(tx, args)
  local rules, given = service.read(tx), args.given
  if not rules then return reply.error(20404) end
  local asked = take(tx, args)
  if not asked then
    return answers.find(tx, args.key, args.window_ms) or cjson.encode({ outcome = 'silent', reason = 'late' })
  end
  local inbound, i = asked.inbound, interaction.read(tx, asked.inbound.interaction)
  local way, why = route.find(tx, inbound)
  local needed = way and inbound.kind == 'message' and inbound.segments or 0
  local short = segment_allowance.short_reply(tx, inbound.ceiling, args.grant, needed)
  if short then return short end
  segment_allowance.take_grant(tx, args.grant)
  questions.remove(tx, inbound.key)
  unanswered.apply(tx, asked, given, i, rules)
  return verdict.reply(tx, inbound, given, i, way, why, rules)
end
