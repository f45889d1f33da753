-- Answers an inbound that is refused. `refusal`: see relay.routing for its fields.
local refusals = {}
local events = use('storage.events')
local notice_quota = use('policy.notice_quota')
local segment_allowance = use('policy.segment_allowance')
local answers = use('relay.answers')
local inbound_record = use('relay.inbound_record')

-- Whether the sender gets no notice. If they get one by text, it is counted against their quota and today's segments. A
-- caller always hears it, since that costs nothing more; with `once`, one time only.
function refusals.is_silent(tx, inbound, refusal)
  if refusal.silent or inbound.late_at then return true end
  if inbound.kind ~= 'message' then
    return refusal.once and not notice_quota.take(tx, inbound.person, refusal.once) or false
  end
  local cost = segment_allowance.NOTICE_SEGMENTS
  if segment_allowance.is_short(tx, inbound.ceiling, cost) then return true end
  if not notice_quota.take(tx, inbound.person, refusal.once) then return true end
  segment_allowance.spend(tx, inbound.ceiling, refusal.other and 2 * cost or cost)
  return false
end

-- Refuses the inbound and stores the answer. `i`: its Interaction, if the app was asked about it. Returns the answer.
function refusals.reply(tx, inbound, refusal, i)
  inbound_record.save_stopped(tx, inbound, refusal, i)
  local detail = { sid = inbound.key, to = inbound.number, reason = refusal.reason, code = refusal.code }
  events.emit(tx, 'inbound.refused', refusal.session or '', detail)
  local outcome = { outcome = 'silent', reason = refusal.reason }
  if not refusals.is_silent(tx, inbound, refusal) then
    outcome.outcome, outcome.say = 'refused', refusal.say or 'neutral_reply'
    outcome.lang, outcome.other = refusal.lang, refusal.other
  end
  return answers.keep(tx, inbound.key, inbound.window_ms, outcome)
end

return refusals
