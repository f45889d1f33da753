-- What an operator has blocked, as a refusal for the sender of an inbound.
local operator = {}
local blocks = use('policy.blocks')
local strangers = use('relay.strangers')

-- Returns the refusal (see relay.routing), or nil. A blocked person gets no answer. While the whole Service or number
-- is blocked, texts get no answer either, since each answer costs money. All others get a notice that gives no reason.
-- `s`, `sender` and `recipient` are nil if the sender is a stranger.
function operator.find_refusal(tx, inbound, s, sender, recipient)
  local scope, field = blocks.find(tx, inbound.person, inbound.number, s and s.sid, recipient)
  if not scope then return nil end
  local all_blocked = scope == 'service' or scope == 'number'
  return {
    reason = 'blocked', code = 20403, session = s and s.sid, say = 'unavailable', lang = sender and sender.lang,
    unknown = not s and strangers.is_unknown(tx, inbound),
    silent = field == 'person|' .. inbound.person or inbound.kind == 'message' and all_blocked,
  }
end

return operator
