-- Decides an inbound message or call once: the same key gets the same outcome for the replay window.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { inbound = { key (carrier SID and stage), kind = message | voice, person, number (that it came to),
--         owner, resource, interaction, window_ms, ceiling (true: there is one), sealed, segments, segments_each (of
--         each part of a long text), encoding, by_api, files (how many), late_at (ms, if it is late), url_since,
--         without_token, proven (true: the carrier knows it as new), costly (policy/lines.py) }, refusal (in any case),
--         keyword (relay.keywords), content (relay.content_policy), rates (policy.rate_limits), print (of the text),
--         grant { day, segments } (policy.segment_allowance), version }
-- Returns: { outcome = forward, interaction, recipient, sealed, from, lang, limit } | { outcome = refused, reason, say,
--          lang, other } | { outcome = silent, reason } | { outcome = answered, sealed } | { outcome = short, need }
--          | { outcome = deciding, owner (who asks the app until settle), until, question, interaction, known, for the
--          owner service, document, session } | { outcome = rejected, reason } | { outcome = unproven (ask the carrier),
--          earlier (the stored answer) } | { error } | { stale }
local service = use('storage.service')
local reply = use('storage.reply')
local redactions = use('carrier.redactions')
local versions = use('services.versions')
local watch = use('sessions.watch')
local answers = use('relay.answers')
local decision = use('relay.decision')
local freshness = use('relay.freshness')
local keywords = use('relay.keywords')
local questions = use('relay.questions')
local relayed = use('relay.relayed')
local refusals = use('relay.refusals')
local restraints = use('relay.restraints')

-- Returns the answer to a keyword or to an inbound that cannot be accepted, or nil if a route has to be found.
local function answer_without_route(tx, inbound, args, rules, earlier)
  local region_blocked = args.refusal == 'region'
  if args.keyword and (region_blocked or not args.refusal) then
    local answer = keywords.handle(tx, inbound, args.keyword, rules, args.grant, region_blocked)
    if answer then return answer end
  end
  if not args.refusal then return nil end
  local silent = region_blocked or inbound.kind == 'message' or restraints.take_rate_tokens(tx, inbound, args.rates)
  local refusal = { reason = args.refusal, code = region_blocked and 21408 or nil, silent = silent, unknown = true }
  return earlier or refusals.reply(tx, inbound, refusal)
end

return function(tx, args)
  local stale = versions.stale_reply(tx, args.version)
  if stale then return stale end
  local inbound, rules = args.inbound, service.read(tx)
  if not rules then return reply.error(20404) end
  local rejected = freshness.rejected_reply(tx, inbound)
  if rejected then return rejected end
  if args.content then inbound.flags, inbound.unchecked = args.content.flags, args.content.unchecked end
  local stored = answers.find(tx, inbound.key, inbound.window_ms) or relayed.answer(tx, inbound)
  local earlier = stored and cjson.encode(stored)
  if stored and stored.owner == inbound.owner then return questions.reply(tx, stored, inbound.person, rules) end
  if stored and not freshness.may_change(stored, inbound.kind) then
    if stored.outcome == 'forward' then watch.forget_missed(tx, stored.interaction) end
    return earlier
  end
  local unproven = freshness.unproven_reply(inbound, stored)
  if unproven then return unproven end
  if not stored then inbound.redaction = redactions.add_inbound(tx, inbound, rules) end
  return answer_without_route(tx, inbound, args, rules, earlier) or decision.reply(tx, inbound, args, rules, earlier)
end
