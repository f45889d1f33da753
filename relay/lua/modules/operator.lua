-- What an operator has stopped, as it is said to who sent something.
local operator = {}
local blocks = use('policy.blocks')

-- The refusal (see relay.route), or nil. A person who is blocked hears nothing; one who writes while all is stopped costs
-- nothing; others hear no reason. `s`, `sender`, `recipient` are nil of a stranger.
function operator.refusal(tx, inbound, s, sender, recipient)
  local scope, field = blocks.find(tx, inbound.person, inbound.number, s and s.sid, recipient)
  if not scope then return nil end
  local all_stopped = scope == 'service' or scope == 'number'
  return {
    reason = 'blocked', code = 20403, session = s and s.sid, say = 'unavailable', lang = sender and sender.lang,
    silent = field == 'person|' .. inbound.person or inbound.kind == 'message' and all_stopped,
  }
end

return operator
