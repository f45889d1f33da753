-- Carries out the verdict of the customer's app about an inbound. `given`: the verdict as settle takes it.
local verdict = {}
local events = use('storage.events')
local redactions = use('carrier.redactions')
local answers = use('relay.answers')
local forward = use('relay.forward')
local inbound_record = use('relay.inbound_record')
local refusals = use('relay.refusals')
local restraints = use('relay.restraints')

local function block(tx, inbound, given, i, route)
  inbound_record.save_stopped(tx, inbound, given, i)
  local detail = { interaction = i and i.sid, reason = given.reason, code = given.code }
  events.emit(tx, inbound.kind == 'voice' and 'call.blocked' or 'message.blocked', i and i.session or '', detail)
  local silent = not given.say or refusals.is_silent(tx, inbound, {})
  return answers.keep(tx, inbound.key, inbound.window_ms, {
    outcome = silent and 'silent' or 'refused', reason = given.reason, say = given.say,
    lang = route and route.sender.lang,
  })
end

local function answer(tx, inbound, given, i)
  local detail = { sid = inbound.key, to = inbound.number, by = given.verdict }
  events.emit(tx, 'inbound.answered', i and i.session or '', detail)
  local outcome = { outcome = given.verdict, reason = 'out-of-session', sealed = given.answer }
  return answers.keep(tx, inbound.key, inbound.window_ms, outcome)
end

local function refuse(tx, inbound, given, i, route, refusal)
  refusal = refusal or { session = route.s.sid }
  refusal.reason, refusal.code = given.reason or refusal.reason, given.code or refusal.code
  return refusals.reply(tx, inbound, refusal, i)
end

local function forward_inbound(tx, inbound, i, route, rules)
  local over_ceiling, is_known = restraints.check_ceiling(tx, inbound, route.s.sid), i ~= nil
  if over_ceiling then return refusals.reply(tx, inbound, over_ceiling, i) end
  if not is_known then
    local pending = redactions.add_inbound(tx, inbound, rules)
    inbound.redaction = pending or inbound.redaction
  end
  i = i or inbound_record.new(inbound, route.sender)
  i.inbound.participant = route.sender.sid
  -- It replaces the stored question.
  return answers.keep(tx, inbound.key, inbound.window_ms, forward.begin(tx, inbound, route, i, rules, is_known))
end

-- Returns the answer. `i`: the Interaction that the app was asked about, or nil; `route`, `refusal`: see relay.routing;
-- `rules`: the Service's document.
function verdict.reply(tx, inbound, given, i, route, refusal, rules)
  if given.verdict == 'blocked' then return block(tx, inbound, given, i, route) end
  if given.verdict == 'answered' or given.verdict == 'silent' then return answer(tx, inbound, given, i) end
  -- The caller has hung up by now.
  local hung_up = given.overdue and inbound.kind == 'voice'
  if hung_up then given.reason = given.reason or 'unanswered' end
  if hung_up or given.verdict == 'refused' or not route then return refuse(tx, inbound, given, i, route, refusal) end
  return forward_inbound(tx, inbound, i, route, rules)
end

return verdict
