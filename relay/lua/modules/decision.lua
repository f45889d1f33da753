-- Decides what happens to an inbound that is neither a repeated webhook nor a keyword (relay.keywords).
local decision = {}
local events = use('storage.events')
local json = use('storage.json')
local segment_allowance = use('policy.segment_allowance')
local stranger_budget = use('policy.stranger_budget')
local interaction = use('sessions.interaction')
local content_policy = use('relay.content_policy')
local forward = use('relay.forward')
local inbound_record = use('relay.inbound_record')
local questions = use('relay.questions')
local refusals = use('relay.refusals')
local restraints = use('relay.restraints')
local routing = use('relay.routing')

-- How many of today's segments the inbound needs: to forward it, or to send its sender a notice.
local function segments_needed(inbound, route, refusal)
  if inbound.kind ~= 'message' then return 0 end
  return route and inbound.segments or refusal.silent and 0 or segment_allowance.NOTICE_SEGMENTS
end

local function forward_or_ask(tx, inbound, route, rules)
  local i = inbound_record.new(inbound, route.sender)
  if not json.without_null(rules.intercept_callback_url) then return forward.reply(tx, inbound, route, i, rules) end
  events.emit(tx, 'interaction.created', route.s.sid, interaction.record(tx, route.s, i))
  return questions.open(tx, inbound, 'intercept', { interaction = i.sid }, rules)
end

local function refuse_or_ask(tx, inbound, refusal, rules)
  local may_ask = refusal.stranger and json.without_null(rules.out_of_session_callback_url)
  -- The app is asked about everybody whom it knows, and about a number of strangers a day.
  if may_ask and refusal.unknown then may_ask = stranger_budget.take(tx, 'questions', rules.stranger_questions) end
  if may_ask then
    return questions.open(tx, inbound, 'out-of-session', { session = refusal.session }, rules)
  end
  return refusals.reply(tx, inbound, refusal)
end

-- Returns the answer. `checks`: { content, rates, print, grant } as accept takes them; `rules`: the Service's document;
-- `earlier`: the answer that a repeated call got before. It stays valid if there still is no route.
function decision.reply(tx, inbound, checks, rules, earlier)
  local route, refusal = routing.find_route(tx, inbound)
  if earlier and not route then return earlier end
  local needed = segments_needed(inbound, route, refusal)
  local short_reply = segment_allowance.short_reply(tx, inbound.ceiling, checks.grant, needed)
  if short_reply then return short_reply end
  segment_allowance.take_grant(tx, checks.grant)
  content_policy.note(tx, inbound, checks.content or {}, route)
  if route and checks.content and checks.content.blocked then return content_policy.block(tx, inbound, route) end
  local restraint = restraints.find(tx, inbound, checks.rates, checks.print, route)
  if restraint then
    restraint.silent = restraint.silent or refusal and refusal.silent
    restraint.unknown = refusal and refusal.unknown
    return refusals.reply(tx, inbound, restraint)
  end
  if route then return forward_or_ask(tx, inbound, route, rules) end
  return refuse_or_ask(tx, inbound, refusal, rules)
end

return decision
