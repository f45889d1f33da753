-- Checks the Participant to whom the outbox sends a message.
local recipient = {}
local blocks = use('policy.blocks')
local reachability = use('policy.reachability')
local session = use('sessions.session')
local people = use('sessions.people')
local lifetime = use('sessions.lifetime')

local function is_participant(tx, s, p)
  return lifetime.is_active(s) and not lifetime.has_expired(s, tx.now) and not p.deleted
end

-- Returns the Participant (only their SID if the Session was deleted), and the refusal, why no message is sent to them
-- from `number`, or nil: { reason, code (the carrier's), park (true: an operator decides; else it is never sent) }.
function recipient.check(tx, i, number)
  local s = session.read(tx, i.session)
  local p = people.person(tx, s, i.outbound.participant)
  if not p then return { sid = i.outbound.participant }, { reason = 'closed' } end
  if not is_participant(tx, s, p) then return p, { reason = 'closed' } end
  local sender = i.inbound and people.person(tx, s, i.inbound.participant)
  if blocks.find(tx, p.who, p.number, s.sid, sender) then return p, { reason = 'blocked', park = true } end
  local reason, code = reachability.find_obstacle(tx, p.who, number)
  if reason then return p, { reason = (string.gsub(reason, '-', '_')), code = code } end
  return p
end

return recipient
