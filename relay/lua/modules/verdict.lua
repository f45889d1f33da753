-- What becomes of an inbound that the customer's app was asked about. `given`: the verdict as settle takes it.
local verdict = {}
local events = use('storage.events')
local redactions = use('carrier.redactions')
local answers = use('relay.answers')
local forward = use('relay.forward')
local inbound_record = use('relay.inbound_record')
local refusal = use('relay.refusal')
local restraints = use('relay.restraints')

local function block(tx, inbound, given, i, way)
  inbound_record.keep_stopped(tx, inbound, given, i)
  local detail = { interaction = i and i.sid, reason = given.reason, code = given.code }
  events.emit(tx, inbound.kind == 'voice' and 'call.blocked' or 'message.blocked', i and i.session or '', detail)
  local silent = not given.say or refusal.is_silent(tx, inbound, {})
  return answers.keep(tx, inbound.key, inbound.window_ms, {
    outcome = silent and 'silent' or 'refused', reason = given.reason, say = given.say, lang = way and way.sender.lang,
  })
end

local function answer(tx, inbound, given, i)
  local detail = { sid = inbound.key, to = inbound.number, by = given.verdict }
  events.emit(tx, 'inbound.answered', i and i.session or '', detail)
  local outcome = { outcome = given.verdict, reason = 'out-of-session', sealed = given.answer }
  return answers.keep(tx, inbound.key, inbound.window_ms, outcome)
end

local function refuse(tx, inbound, given, i, way, why)
  why = why or { session = way.s.sid }
  why.reason, why.code = given.reason or why.reason, given.code or why.code
  return refusal.reply(tx, inbound, why, i)
end

local function pass(tx, inbound, i, way, rules)
  local reached, is_known = restraints.ceiling(tx, inbound, way.s.sid), i ~= nil
  if reached then return refusal.reply(tx, inbound, reached, i) end
  if not is_known then
    local pending = redactions.add_inbound(tx, inbound, rules)
    inbound.redaction = pending or inbound.redaction
  end
  i = i or inbound_record.new(inbound, way.sender)
  i.inbound.participant = way.sender.sid
  return forward.reply(tx, inbound, way, i, rules, is_known)
end

-- The answer. `i`: the Interaction that the app was asked about, or nil; `way`, `why`: see relay.route; `rules`: the Service's
-- document.
function verdict.reply(tx, inbound, given, i, way, why, rules)
  if given.verdict == 'blocked' then return block(tx, inbound, given, i, way) end
  if given.verdict == 'answered' or given.verdict == 'silent' then return answer(tx, inbound, given, i) end
  -- Nobody is on the line any more.
  local gone = given.overdue and inbound.kind == 'voice'
  if gone then given.reason = given.reason or 'unanswered' end
  if gone or given.verdict == 'refused' or not way then return refuse(tx, inbound, given, i, way, why) end
  return pass(tx, inbound, i, way, rules)
end

return verdict
