-- Claims Interactions that are due to be looked for at the carrier: until the lease ends nobody else gets them.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { most, lease_ms }
-- Returns: { looks = [{ interaction, sealed, from (both of the outbound leg), first = { sealed, from } of a placed
--          call }], more (whether others may be due), at (the time, ms) }
local keys = use('storage.keys')
local events = use('storage.events')
local service = use('storage.service')
local redactions = use('carrier.redactions')
local session = use('sessions.session')
local people = use('sessions.people')
local interaction = use('sessions.interaction')
local watch = use('sessions.watch')
local next_look = use('jobs.next_look')

local function address_of(tx, s, sid)
  local p = people.person(tx, s, sid)
  return p and { sealed = p.sealed, from = p.number }
end

-- No more reports of it will come: watch it no longer.
local function stop_watching(tx, sid, i)
  redis.call('ZREM', keys.watched(tx), sid)
  if i and redactions.add_outbound(tx, i, true) then
    events.emit(tx, 'interaction.updated', i.session, interaction.save(tx, i))
  end
end

-- Returns the look if it is due, or nil.
local function claim(tx, sid, rules, lease_ms)
  local i = interaction.read(tx, sid)
  local s = i and not interaction.is_settled(i) and session.read(tx, i.session)
  local at, look = s and next_look.at(i, s, rules, tx.now), s and address_of(tx, s, i.outbound.participant)
  if not at or not look then return stop_watching(tx, sid, i) end
  if at > tx.now then return watch.look_at(tx, i, at) end
  watch.look_at(tx, i, tx.now + lease_ms)
  look.interaction, look.first = i, i.placed and address_of(tx, s, i.inbound.participant) or nil
  return look
end

return function(tx, args)
  local rules, looks, due = service.read(tx), {}, {}
  if rules then due = redis.call('ZRANGEBYSCORE', keys.watched(tx), '-inf', tx.now, 'LIMIT', 0, args.most) end
  for _, sid in ipairs(due) do looks[#looks + 1] = claim(tx, sid, rules, args.lease_ms) end
  return cjson.encode({ looks = looks, more = #due == args.most, at = tx.now })
end
