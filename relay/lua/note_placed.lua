#!lua
-- Notes what the carrier says of the first leg of a call that we placed. Once that is over, so is the call: the other
-- leg is canceled if nobody was there to ring it for; if it was rung, what is told of itself says more than `completed`.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { interaction, resource, state, code }
-- Returns: { interaction } or { error } or { stale }
-- use: interaction, live, emit, statuses, looked, known
local now = clock()
local stale = outdated()
if stale then return stale end
local i = load_interaction(args.interaction)
if not i or not i.placed then return fail(20404) end
local leg, s = i.inbound, load_session(i.session)
local named = args.resource and not leg.resource
if named then leg.resource = args.resource end
if args.resource and leg.resource ~= args.resource then return cjson.encode({ interaction = i }) end

local moved = named
if args.state and move_on('voice', leg, args.state, args.code) then
  leg.status, moved = leg.state, true
end
local over, failed = is_last('voice', leg.state), leg.state == 'failed'
local following = i.connected and 'completed' or failed and 'failed' or 'canceled'
if over and move_on('voice', i.outbound, following, failed and leg.code or nil) then moved = true end
if moved then
  i.updated = now
  emit(now, 'interaction.updated', i.session, save_interaction(i))
  if s and over then end_call(s, i.sid, now) end
  if over then unwatch(i) end
  if s and named and not over then name_call(s, i.sid, args.resource, now) end
end
return cjson.encode({ interaction = i })
