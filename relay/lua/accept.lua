-- Decides an inbound message or call once; the same key gets the same outcome for the replay window. If the customer's app
-- has to be asked, the outcome is `deciding` until settle; who asks is its owner.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { inbound = { key (carrier SID and stage), kind = message | voice, person, number (that it came to), resource,
--         interaction, owner, window_ms, ceiling (there is one), sealed, segments, segments_each (of each part of a long text),
--         encoding, by_api, files (that came with it), late_at (ms, of a late one) }, refusal (what is wrong with it), keyword,
--         content, rates (tokens a minute), print (of the text), grant { day, segments }, version }; see relay.keywords,
--         relay.content_policy, policy.rate_limits, policy.segment_allowance
-- Returns: { outcome = forward, interaction, recipient, sealed, from, lang, limit } | { outcome = refused, reason, say,
--          lang, other } | { outcome = silent, reason } | { outcome = answered, sealed } | { outcome = short, need }
--          | { error } | { stale }
--          | { outcome = deciding, owner, until, question, interaction, known, and for the owner service, document, session }
local service = use('storage.service')
local reply = use('storage.reply')
local redactions = use('carrier.redactions')
local versions = use('services.versions')
local watch = use('sessions.watch')
local answers = use('relay.answers')
local decision = use('relay.decision')
local keywords = use('relay.keywords')
local questions = use('relay.questions')
local refusal = use('relay.refusal')
local restraints = use('relay.restraints')

-- A call that led nowhere, or that the app answered, comes again by a Redirect: there may be a way for it now.
local function may_change(stored, kind)
  local reason, outcome = stored.reason or '', stored.outcome
  return kind == 'voice' and outcome ~= 'deciding' and outcome ~= 'forward' and not string.find(reason, '^intercept')
    and not string.find(reason, '-limit', 1, true)
end

-- What is wrong with the inbound itself, or a word that is no message: the answer, or nil if it goes on.
local function before_route(tx, inbound, args, rules, earlier)
  local far = args.refusal == 'region'
  if args.keyword and (far or not args.refusal) then
    local answer = keywords.handle(tx, inbound, args.keyword, rules, args.grant, far)
    if answer then return answer end
  end
  if not args.refusal then return nil end
  local silent = far or inbound.kind == 'message' or restraints.rate_limit(tx, inbound, args.rates) ~= nil
  return earlier or refusal.reply(tx, inbound, { reason = args.refusal, code = far and 21408 or nil, silent = silent })
end

return function(tx, args)
  local stale = versions.stale_reply(tx, args.version)
  if stale then return stale end
  local inbound, rules = args.inbound, service.read(tx)
  if not rules then return reply.error(20404) end
  if args.content then inbound.flags, inbound.unchecked = args.content.flags, args.content.unchecked end
  local earlier = answers.find(tx, inbound.key, inbound.window_ms)
  local stored = earlier and cjson.decode(earlier)
  if stored and stored.owner == inbound.owner then return questions.reply(tx, stored, rules) end
  if stored and not may_change(stored, inbound.kind) then
    if stored.outcome == 'forward' then watch.forget_missed(tx, stored.interaction) end
    return earlier
  end
  if not stored then inbound.redaction = redactions.add_inbound(tx, inbound, rules) end
  return before_route(tx, inbound, args, rules, earlier) or decision.reply(tx, inbound, args, rules, earlier)
end
