#!lua
-- Notes what the carrier says of an Interaction's outbound leg. Statuses only move forward.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { interaction, resource, status, code }
-- Returns: { interaction } or { error }
-- use: interaction, emit
local RANK = {
  accepted = 1, scheduled = 1, queued = 2, sending = 3, sent = 4,
  delivered = 5, undelivered = 5, failed = 5, canceled = 5, read = 6,
}
local now = clock()
local i = load_interaction(args.interaction)
if not i then return fail(20404) end
local leg, moved = i.outbound, false
if args.resource and not leg.resource then leg.resource, moved = args.resource, true end
local ours = args.resource == nil or args.resource == leg.resource
if ours and RANK[args.status] and RANK[args.status] > (RANK[leg.status] or 0) then
  leg.status, leg.code, moved = args.status, args.code or leg.code, true
end
if moved then
  i.updated = now
  save_interaction(i)
  emit(now, 'interaction.updated', i.session, { interaction = i.sid, resource = leg.resource, status = leg.status, code = leg.code })
end
return cjson.encode({ interaction = i })
