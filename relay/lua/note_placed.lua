-- Notes what the carrier reports about the first leg of a call that we placed. When this leg is over, the call is over.
-- The other leg is canceled if it was never rung. If it was rung, it is `completed`, until its own reports say more.
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

-- Ends the other leg, since the first one is over. Returns whether the state of that leg changed.
local function end_other(i)
  local failed = i.inbound.state == 'failed'
  local state = i.connected and 'completed' or failed and 'failed' or 'canceled'
  return leg.advance('voice', i.outbound, state, failed and i.inbound.code or nil)
end

local function save(tx, i, s, is_over, has_new_resource)
  i.updated = tx.now
  events.emit(tx, 'interaction.updated', i.session, interaction.save(tx, i))
  if s and is_over then live_calls.finish(tx, s, i.sid) end
  if is_over then watch.finish(tx, i) end
  if s and has_new_resource and not is_over then live_calls.set_resource(tx, s, i.sid, i.inbound.resource) end
end

return function(tx, args)
  local stale = versions.stale_reply(tx, args.version)
  if stale then return stale end
  local i = interaction.read(tx, args.interaction)
  if not i or not i.placed then return reply.error(20404) end
  local first_leg, s = i.inbound, session.read(tx, i.session)
  local has_new_resource = args.resource and not first_leg.resource
  if has_new_resource then first_leg.resource = args.resource end
  if args.resource and first_leg.resource ~= args.resource then return cjson.encode({ interaction = i }) end

  local has_changed = has_new_resource
  if args.state and leg.advance('voice', first_leg, args.state, args.code) then
    first_leg.status, has_changed = first_leg.state, true
  end
  local is_over = statuses.is_final('voice', first_leg.state)
  if is_over and end_other(i) then has_changed = true end
  if has_changed then save(tx, i, s, is_over, has_new_resource) end
  return cjson.encode({ interaction = i })
end
