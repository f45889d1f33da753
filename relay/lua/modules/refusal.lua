-- What is answered to an inbound that goes no further; see relay.route for the fields of a refusal.
local refusal = {}
local events = use('storage.events')
local notice_quota = use('policy.notice_quota')
local segment_allowance = use('policy.segment_allowance')
local answers = use('relay.answers')
local inbound_record = use('relay.inbound_record')

-- Whether nothing is said, for which a text of ours is counted if it is. What costs nothing is always said: a caller is on
-- the line anyway. A text is not, beyond what a person may be told.
function refusal.is_silent(tx, inbound, why)
  if why.silent or inbound.late_at then return true end
  if inbound.kind ~= 'message' then return why.once and not notice_quota.take(tx, inbound.person, why.once) or false end
  local cost = segment_allowance.NOTICE_SEGMENTS
  if segment_allowance.is_short(tx, inbound.ceiling, cost) then return true end
  if not notice_quota.take(tx, inbound.person, why.once) then return true end
  segment_allowance.spend(tx, inbound.ceiling, why.other and 2 * cost or cost)
  return false
end

-- Refuses it, and keeps that answer. `i`: its Interaction, if the app was asked about it. Returns the answer.
function refusal.reply(tx, inbound, why, i)
  inbound_record.keep_stopped(tx, inbound, why, i)
  local detail = { sid = inbound.key, to = inbound.number, reason = why.reason, code = why.code }
  events.emit(tx, 'inbound.refused', why.session or '', detail)
  local outcome = { outcome = 'silent', reason = why.reason }
  if not refusal.is_silent(tx, inbound, why) then
    outcome.outcome, outcome.say, outcome.lang, outcome.other = 'refused', why.say or 'neutral_reply', why.lang, why.other
  end
  return answers.keep(tx, inbound.key, inbound.window_ms, outcome)
end

return refusal
