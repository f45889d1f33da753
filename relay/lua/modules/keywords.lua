-- Messages that consist of one keyword, by which people stop messages or start them again
-- (policy/sentences/keywords.py). We answer those keywords that the carrier does not answer, unless the person must not
-- get any text.
local keywords = {}
local keys = use('storage.keys')
local segment_allowance = use('policy.segment_allowance')
local opt_outs = use('policy.opt_outs')
local restart = use('policy.restart')
local operator = use('relay.operator')
local refusals = use('relay.refusals')
local strangers = use('relay.strangers')
local CODE = 80901

local function stop(tx, inbound, keyword, rules, silent, at)
  if restart.was_after(tx, inbound.person, inbound.number, at) then
    return refusals.reply(tx, inbound, { reason = 'stop', code = CODE, silent = true })
  end
  local by = keyword.answered and 'keyword' or 'word'
  opt_outs.add(tx, inbound.person, inbound.number, rules.opt_out_scope, by, keyword.sender)
  return refusals.reply(tx, inbound, {
    reason = 'stop', code = CODE, silent = keyword.answered or silent, say = 'opted_out',
    unknown = strangers.is_unknown(tx, inbound),
  })
end

local function start(tx, inbound, keyword, silent, at)
  local answered, word = keyword.answered, keyword.word
  if not restart.note(tx, inbound.person, inbound.number, at) then
    if word ~= 'unstop' then return nil end
  elseif word == 'yes' then
    return nil
  else
    -- Our own notice told them how to start messages again, so our own notice confirms it.
    answered = false
  end
  return refusals.reply(tx, inbound, {
    reason = word, code = CODE, silent = answered or silent, say = 'opted_in',
    unknown = strangers.is_unknown(tx, inbound),
  })
end

-- `keyword`: { word = stop | start | unstop | yes, answered (by the carrier), sender (the sealed number; for stop) }.
-- `silent`: the answer is empty in any case. Returns the answer, or nil if the message is handled like any other.
function keywords.handle(tx, inbound, keyword, rules, grant, silent)
  if redis.call('SISMEMBER', keys.own(tx), inbound.person) == 1 then return nil end
  silent = silent or operator.find_refusal(tx, inbound) and true
  local sends_notice = not keyword.answered and not silent
  local short_reply = sends_notice
    and segment_allowance.short_reply(tx, inbound.ceiling, grant, segment_allowance.NOTICE_SEGMENTS)
  if short_reply then return short_reply end
  segment_allowance.take_grant(tx, grant)
  local at = inbound.late_at or tx.now
  if keyword.word == 'stop' then return stop(tx, inbound, keyword, rules, silent, at) end
  return start(tx, inbound, keyword, silent, at)
end

return keywords
