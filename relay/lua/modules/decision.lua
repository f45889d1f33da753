-- What becomes of an inbound that is neither a repetition nor a word of its own.
local decision = {}
local events = use('storage.events')
local json = use('storage.json')
local segment_allowance = use('policy.segment_allowance')
local interaction = use('sessions.interaction')
local content_policy = use('relay.content_policy')
local forward = use('relay.forward')
local inbound_record = use('relay.inbound_record')
local questions = use('relay.questions')
local refusal = use('relay.refusal')
local restraints = use('relay.restraints')
local route = use('relay.route')

-- Of today's, for itself or for what its sender is told.
local function segments_needed(inbound, way, why)
  if inbound.kind ~= 'message' then return 0 end
  return way and inbound.segments or why.silent and 0 or segment_allowance.NOTICE_SEGMENTS
end

local function pass(tx, inbound, way, rules)
  local i = inbound_record.new(inbound, way.sender)
  if not json.without_null(rules.intercept_callback_url) then return forward.reply(tx, inbound, way, i, rules) end
  events.emit(tx, 'interaction.created', way.s.sid, interaction.record(tx, way.s, i))
  return questions.open(tx, inbound, 'intercept', { interaction = i.sid }, rules)
end

local function refuse(tx, inbound, why, rules)
  if why.stranger and json.without_null(rules.out_of_session_callback_url) then
    return questions.open(tx, inbound, 'out-of-session', { session = why.session }, rules)
  end
  return refusal.reply(tx, inbound, why)
end

-- The answer. `checks`: { content, rates, print, grant } as accept takes them; `rules`: the Service's document; `earlier`: the
-- answer of a call that comes again, which stays if there still is no way for it.
function decision.reply(tx, inbound, checks, rules, earlier)
  local way, why = route.find(tx, inbound)
  if earlier and not way then return earlier end
  local needed = segments_needed(inbound, way, why)
  local short = segment_allowance.short_reply(tx, inbound.ceiling, checks.grant, needed)
  if short then return short end
  segment_allowance.take_grant(tx, checks.grant)
  local content = checks.content or {}
  content_policy.note(tx, inbound, content, way)
  if way and content.blocked then return content_policy.stop(tx, inbound, way) end
  local held = restraints.find(tx, inbound, checks.rates, checks.print, way)
  if held then
    held.silent = held.silent or why and why.silent
    return refusal.reply(tx, inbound, held)
  end
  if way then return pass(tx, inbound, way, rules) end
  return refuse(tx, inbound, why, rules)
end

return decision
