-- A whole message that is one of the words by which people end and begin messages (policy/sentences/keywords.py). What the
-- carrier does not answer we do, unless the person may hear nothing.
local keywords = {}
local keys = use('storage.keys')
local segment_allowance = use('policy.segment_allowance')
local opt_outs = use('policy.opt_outs')
local restart = use('policy.restart')
local operator = use('relay.operator')
local refusal = use('relay.refusal')
local CODE = 80901

local function stop(tx, inbound, keyword, rules, silent, at)
  if restart.was_after(tx, inbound.person, inbound.number, at) then
    return refusal.reply(tx, inbound, { reason = 'stop', code = CODE, silent = true })
  end
  local by = keyword.answered and 'keyword' or 'word'
  opt_outs.add(tx, inbound.person, inbound.number, rules.opt_out_scope, by, keyword.sender)
  return refusal.reply(tx, inbound, {
    reason = 'stop', code = CODE, silent = keyword.answered or silent, say = 'opted_out',
  })
end

local function start(tx, inbound, keyword, silent, at)
  local answered, word = keyword.answered, keyword.word
  if not restart.note(tx, inbound.person, inbound.number, at) then
    if word ~= 'unstop' then return nil end
  elseif word == 'yes' then
    return nil
  else
    -- We said how to begin again, so we say that it has.
    answered = false
  end
  return refusal.reply(tx, inbound, { reason = word, code = CODE, silent = answered or silent, say = 'opted_in' })
end

-- `keyword`: { word = stop | start | unstop | yes, answered (by the carrier), sender (sealed, of stop) }. Returns the answer,
-- or nil if the message goes on. `silent`: whatever it is, nothing is said.
function keywords.handle(tx, inbound, keyword, rules, grant, silent)
  if redis.call('SISMEMBER', keys.own(tx), inbound.person) == 1 then return nil end
  silent = silent or operator.refusal(tx, inbound) and true
  local says = not keyword.answered and not silent
  local short = says and segment_allowance.short_reply(tx, inbound.ceiling, grant, segment_allowance.NOTICE_SEGMENTS)
  if short then return short end
  segment_allowance.take_grant(tx, grant)
  local at = inbound.late_at or tx.now
  if keyword.word == 'stop' then return stop(tx, inbound, keyword, rules, silent, at) end
  return start(tx, inbound, keyword, silent, at)
end

return keywords
