-- Texts to be emptied at the carrier: `redactions` has its messages by when they are due, `redacting` what is known of
-- each, { i = Interaction, leg = inbound | outbound, tries }. A leg says in `redaction` how far that is.
local redactions = {}
local keys = use('storage.keys')
local service = use('storage.service')

-- So long after its end (ms); nil: never. `rules`: the Service's document.
function redactions.delay_of(rules) return (rules.redact_after or 0) > 0 and rules.redact_after * 1000 or nil end

-- The same of the Service as it is. A deleted one leaves the mark `x` behind: at once.
function redactions.delay(tx)
  local rules = service.read(tx)
  return rules and redactions.delay_of(rules) or redis.call('HGET', keys.clock(tx), 'x') and 0 or nil
end

-- `at`: no later than this (ms). `side`: inbound | outbound, of `interaction` (a SID, or nil).
function redactions.add(tx, resource, interaction, side, at)
  redis.call('HSET', keys.redacting(tx), resource, cjson.encode({ i = interaction, leg = side, tries = 0 }))
  redis.call('ZADD', keys.redactions(tx), 'LT', at, resource)
end

-- Each inbound message, whatever becomes of it: its text is at the carrier all the same. Returns what its leg says of that.
-- `inbound`: { kind = message | voice, resource, interaction (SID or nil) }.
function redactions.add_inbound(tx, inbound, rules)
  local delay = inbound.kind == 'message' and redactions.delay_of(rules)
  if not delay then return nil end
  redactions.add(tx, inbound.resource, inbound.interaction, 'inbound', tx.now + delay)
  return 'pending'
end

-- The earlier parts of a long text that the outbox sent are texts of their own there.
function redactions.add_parts(tx, leg, at)
  for _, resource in ipairs(leg.parts or {}) do redactions.add(tx, resource, nil, 'outbound', at) end
end

-- That of one leg of `i`, which is saved by the caller.
function redactions.add_leg(tx, i, side, at)
  i[side].redaction, i[side].redaction_code = 'pending', nil
  redactions.add(tx, i[side].resource, i.sid, side, at)
  redactions.add_parts(tx, i[side], at)
end

-- Once its outbound leg is over, or nothing more will be heard of it (`over`); `i` is saved by the caller. Returns whether
-- it is news.
function redactions.add_outbound(tx, i, over)
  local leg = i.outbound
  if i.type ~= 'message' or not leg or not over or leg.redaction then return false end
  local delay = i.redact and 0 or redactions.delay(tx)
  if delay and not leg.resource then redactions.add_parts(tx, leg, tx.now + delay) end
  if delay and leg.resource then redactions.add_leg(tx, i, 'outbound', tx.now + delay) end
  return delay and leg.resource and true or false
end

-- Of a leg whose Interaction was deleted.
function redactions.add_orphan(tx, resource)
  if not string.match(resource or '', '^[SM]M') or not redactions.delay(tx) then return end
  redactions.add(tx, resource, nil, 'outbound', tx.now)
end

return redactions
