-- Answers an inbound that is refused. `refusal`: see relay.routing for its fields.
local refusals = {}
local events = use('storage.events')
local service = use('storage.service')
local notice_quota = use('policy.notice_quota')
local segment_allowance = use('policy.segment_allowance')
local stranger_budget = use('policy.stranger_budget')
local answers = use('relay.answers')
local inbound_record = use('relay.inbound_record')

local function is_silent_for_known(tx, inbound, refusal)
  if inbound.kind ~= 'message' then
    return refusal.once and not notice_quota.take(tx, inbound.person, refusal.once) or false
  end
  local cost = segment_allowance.NOTICE_SEGMENTS
  if segment_allowance.is_short(tx, inbound.ceiling, cost) then return true end
  if not notice_quota.take(tx, inbound.person, refusal.once) then return true end
  segment_allowance.spend(tx, inbound.ceiling, refusal.other and 2 * cost or cost)
  return false
end

-- Whether an unknown person may get an answer: the Service has a number of them for a day, and some lines get none.
local function may_answer_unknown(tx, inbound)
  return not inbound.costly and stranger_budget.has(tx, 'answers', service.read(tx).stranger_answers)
end

-- Whether the sender gets no notice. If they get one by text, it is counted against their quota and today's segments. A
-- caller always hears it, since that costs nothing more; with `once`, one time only. What an unknown person gets is
-- counted against the Service's answers to strangers; without one left, `refusal.unanswered` is set.
function refusals.is_silent(tx, inbound, refusal)
  if refusal.silent or inbound.late_at then return true end
  refusal.unanswered = refusal.unknown and not may_answer_unknown(tx, inbound) or nil
  if refusal.unanswered or is_silent_for_known(tx, inbound, refusal) then return true end
  if refusal.unknown then stranger_budget.spend(tx, 'answers') end
  return false
end

-- Refuses the inbound and stores the answer. `i`: its Interaction, if the app was asked about it. Returns the answer.
function refusals.reply(tx, inbound, refusal, i)
  inbound_record.save_stopped(tx, inbound, refusal, i)
  local silent = refusals.is_silent(tx, inbound, refusal)
  events.emit(tx, 'inbound.refused', refusal.session or '', {
    sid = inbound.key, to = inbound.number, reason = refusal.reason, code = refusal.code,
    unanswered = refusal.unanswered,
  })
  local outcome = { outcome = 'silent', reason = refusal.unanswered and 'stranger' or refusal.reason }
  if not silent then
    outcome.outcome, outcome.say = 'refused', refusal.say or 'neutral_reply'
    outcome.lang, outcome.other = refusal.lang, refusal.other
  end
  return answers.keep(tx, inbound.key, inbound.window_ms, outcome)
end

return refusals
