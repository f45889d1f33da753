-- Notes what the carrier says of the first leg of a call that we placed. Once that is over, so is the call: the other
-- leg is canceled if nobody was there to ring it for; if it was rung, what is told of itself says more than `completed`.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { interaction, resource, state, code, version }
-- Returns: { interaction } or { error } or { stale }
local events = use('storage.events')
local reply = use('storage.reply')
local leg = use('carrier.leg')
local statuses = use('carrier.statuses')
local versions = use('services.versions')
local interaction = use('sessions.interaction')
local live_calls = use('sessions.live_calls')
local session = use('sessions.session')
local watch = use('sessions.watch')

-- The end of the other leg that follows from the end of this one; whether that leg moved.
local function end_other(i)
  local failed = i.inbound.state == 'failed'
  local state = i.connected and 'completed' or failed and 'failed' or 'canceled'
  return leg.advance('voice', i.outbound, state, failed and i.inbound.code or nil)
end

local function save(tx, i, s, is_over, is_named)
  i.updated = tx.now
  events.emit(tx, 'interaction.updated', i.session, interaction.save(tx, i))
  if s and is_over then live_calls.finish(tx, s, i.sid) end
  if is_over then watch.finish(tx, i) end
  if s and is_named and not is_over then live_calls.set_resource(tx, s, i.sid, i.inbound.resource) end
end

return function(tx, args)
  local stale = versions.stale_reply(tx, args.version)
  if stale then return stale end
  local i = interaction.read(tx, args.interaction)
  if not i or not i.placed then return reply.error(20404) end
  local one, s = i.inbound, session.read(tx, i.session)
  local is_named = args.resource and not one.resource
  if is_named then one.resource = args.resource end
  if args.resource and one.resource ~= args.resource then return cjson.encode({ interaction = i }) end

  local moved = is_named
  if args.state and leg.advance('voice', one, args.state, args.code) then
    one.status, moved = one.state, true
  end
  local is_over = statuses.is_final('voice', one.state)
  if is_over and end_other(i) then moved = true end
  if moved then save(tx, i, s, is_over, is_named) end
  return cjson.encode({ interaction = i })
end
