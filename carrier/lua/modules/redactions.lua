-- Texts that are to be redacted (emptied) at the carrier. `redactions` holds the carrier's messages by the moment they
-- are due, `redacting` { i = Interaction, leg = inbound | outbound, tries } of each, `redaction` of a leg its progress.
local redactions = {}
local keys = use('storage.keys')
local service = use('storage.service')

-- Returns how long (ms) after its end a message is redacted; nil: never. `rules`: the Service's document.
function redactions.delay_of(rules) return (rules.redact_after or 0) > 0 and rules.redact_after * 1000 or nil end

-- The same for the Service of this call. The mark `x` means that the Service was deleted: then it is redacted at once.
function redactions.delay(tx)
  local rules = service.read(tx)
  return rules and redactions.delay_of(rules) or redis.call('HGET', keys.clock(tx), 'x') and 0 or nil
end

-- Adds a message, due at `at` (ms) or earlier. `side`: inbound | outbound, its leg of `interaction` (a SID, or nil).
function redactions.add(tx, resource, interaction, side, at)
  redis.call('HSET', keys.redacting(tx), resource, cjson.encode({ i = interaction, leg = side, tries = 0 }))
  redis.call('ZADD', keys.redactions(tx), 'LT', at, resource)
end

-- Adds an inbound message, even if it is refused: the carrier has its text in any case. Returns the `redaction` of its
-- leg. `inbound`: { kind = message | voice, resource, interaction (SID or nil) }.
function redactions.add_inbound(tx, inbound, rules)
  local delay = inbound.kind == 'message' and redactions.delay_of(rules)
  if not delay then return nil end
  redactions.add(tx, inbound.resource, inbound.interaction, 'inbound', tx.now + delay)
  return 'pending'
end

-- Adds the earlier parts of a long text that the outbox sent: each is a message of its own at the carrier.
function redactions.add_parts(tx, leg, at)
  for _, resource in ipairs(leg.parts or {}) do redactions.add(tx, resource, nil, 'outbound', at) end
end

-- Adds one leg of `i`. The caller saves `i`.
function redactions.add_leg(tx, i, side, at)
  i[side].redaction, i[side].redaction_code = 'pending', nil
  redactions.add(tx, i[side].resource, i.sid, side, at)
  redactions.add_parts(tx, i[side], at)
end

-- Adds the outbound leg if it is over, or if no more reports of it will come (`over`). The caller saves `i`. Returns
-- whether `i` changed.
function redactions.add_outbound(tx, i, over)
  local leg = i.outbound
  if i.type ~= 'message' or not leg or not over or leg.redaction then return false end
  local delay = i.redact and 0 or redactions.delay(tx)
  if delay and not leg.resource then redactions.add_parts(tx, leg, tx.now + delay) end
  if delay and leg.resource then redactions.add_leg(tx, i, 'outbound', tx.now + delay) end
  return delay and leg.resource and true or false
end

-- Adds an outbound message whose Interaction was deleted.
function redactions.add_orphan(tx, resource)
  if not string.match(resource or '', '^[SM]M') or not redactions.delay(tx) then return end
  redactions.add(tx, resource, nil, 'outbound', tx.now)
end

return redactions
