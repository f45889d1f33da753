-- The first leg of a placed call was answered: decides whom to connect it to. Each repeat gets the same answer.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { key (carrier SID and stage), resource (carrier SID), interaction, window_ms, version }
-- Returns: as accept (also { stale }), never `deciding` or `answered`; `mine` = language of the person who answered
local service = use('storage.service')
local events = use('storage.events')
local reply = use('storage.reply')
local leg = use('carrier.leg')
local statuses = use('carrier.statuses')
local versions = use('services.versions')
local blocks = use('policy.blocks')
local close = use('sessions.close')
local interaction = use('sessions.interaction')
local lifetime = use('sessions.lifetime')
local people = use('sessions.people')
local session = use('sessions.session')
local answers = use('relay.answers')
local forward = use('relay.forward')

-- Returns the route to the other Participant (see relay.routing), or nil and the reason.
local function find_route(tx, s, i)
  local first = people.participant(s, i.inbound.participant)
  local partner = first and people.partner(s, first)
  -- A call that ended before this report of it stays ended.
  local is_open = lifetime.is_active(s) and not statuses.is_final('voice', i.inbound.state)
  if not partner or not is_open then return nil, 'closed' end
  if blocks.find(tx, first.who, first.number, s.sid, partner) then return nil, 'blocked' end
  return { s = s, sender = first, recipient = partner }
end

return function(tx, args)
  local stale = versions.stale_reply(tx, args.version)
  if stale then return stale end
  local rules = service.read(tx)
  local i = rules and interaction.read(tx, args.interaction)
  if not i or not i.placed then return reply.error(20404) end
  local earlier = answers.find(tx, args.key, args.window_ms)
  if earlier then return cjson.encode(earlier) end
  i.inbound.resource = i.inbound.resource or args.resource
  if i.inbound.resource ~= args.resource then return reply.error(20404) end

  local s = session.read(tx, i.session)
  close.close_if_expired(tx, s)
  local first = people.person(tx, s, i.inbound.participant)
  local route, reason = find_route(tx, s, i)
  if not route then
    local outcome = { outcome = 'refused', reason = reason, say = 'unavailable', mine = first and first.lang }
    return answers.keep(tx, args.key, args.window_ms, outcome)
  end
  local outcome = forward.begin_call(tx, route, i, rules)
  outcome.mine, i.connected = first.lang, true
  leg.advance('voice', i.inbound, 'in-progress')
  i.inbound.status = i.inbound.state
  events.emit(tx, 'interaction.updated', s.sid, interaction.record(tx, s, i))
  return answers.keep(tx, args.key, args.window_ms, outcome)
end
